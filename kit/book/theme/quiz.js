// A quiz: radio buttons (checkboxes, when several answers are right), a Check button, and a verdict
// in words. The browser's own form controls bring the keyboard. The preprocessor writes
//
//   <fieldset class="quiz">
//     <legend>the question</legend>
//     <div class="quiz-options"><label><input type="radio" name="…" data-right> an answer</label> …</div>
//     <details class="quiz-answer"><summary>Answer</summary> the explanation </details>
//   </fieldset>
//
// Without a script the <details> gives the answer.
import { button } from "./buttons.js";

export function startQuizzes(within = document) {
  for (const quiz of within.querySelectorAll("fieldset.quiz")) start(quiz);
}

function start(quiz) {
  const inputs = [...quiz.querySelectorAll("input")];
  const answer = quiz.querySelector(".quiz-answer");
  const check = button("Check", () => judge(inputs, answer, verdict));
  const verdict = document.createElement("p");
  verdict.className = "quiz-verdict";
  verdict.setAttribute("role", "status"); // read out when it changes
  answer.before(check, verdict);
  answer.hidden = true;

  quiz.addEventListener("change", () => {
    say(verdict, "", "");
    answer.hidden = true;
    answer.open = false;
  });
}

function judge(inputs, answer, verdict) {
  const chosen = inputs.filter((input) => input.checked);
  if (chosen.length === 0) return say(verdict, "", "Choose an answer first.");
  const isRight = (input) => "right" in input.dataset;
  const right = inputs.every((input) => input.checked === isRight(input));
  if (right) say(verdict, "right", "✓ Right.");
  else if (chosen.every(isRight)) say(verdict, "wrong", "✗ Not all of it: more answers are right.");
  else say(verdict, "wrong", "✗ Not quite. Try another answer, or read on below.");
  // The explanation opens for a right answer; after a wrong one it's there for the asking.
  answer.hidden = false;
  answer.open = right;
}

function say(verdict, kind, words) {
  verdict.dataset.verdict = kind;
  verdict.textContent = words;
}
