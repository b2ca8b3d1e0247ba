//! A ladder diagram as inline SVG: scales with the page, takes its text colour, and has no ids, so
//! that many fit into one page.

use super::{Ladder, Step};
use crate::html::escape;

/// All numbers are units of the view box. A phone of 360 px shows about one pixel a unit.
const MARGIN: usize = 44;
const LINE_HEIGHT: usize = 16;
/// How far an arrow falls while it crosses: messages take time.
const FALL: usize = 10;
const TOP: usize = 44;
/// Of the monospaced font of 12 units.
const CHARACTER: usize = 7;

/// The lines so far, and where lifelines pause for text.
struct Canvas {
    body: String,
    /// Between two lifelines.
    spacing: usize,
    y: usize,
    /// Above where each lifeline is still to be drawn.
    drawn_to: Vec<usize>,
}

impl Ladder {
    /// The diagram as an `<svg role="img">` with `<title>` and `<desc>`.
    ///
    /// Colours: `--ladder-line`, `--ladder-text`, `--ladder-lost`, each else the page's text colour.
    pub fn to_svg(&self) -> String {
        let mut canvas = Canvas {
            body: String::new(),
            spacing: self.spacing(),
            y: TOP,
            drawn_to: vec![TOP - 14; self.participants.len()],
        };
        for (index, name) in self.participants.iter().enumerate() {
            let anchor = match index {
                0 => "start",
                _ if index + 1 == self.participants.len() => "end",
                _ => "middle",
            };
            let x = match anchor {
                "start" => 4,
                "end" => self.width() - 4,
                _ => canvas.x(index),
            };
            canvas.body += &text(x, 20, anchor, " font-weight=\"bold\"", name);
        }
        for step in &self.steps {
            self.draw(step, &mut canvas);
        }
        let bottom = canvas.y + 12;
        for index in 0..self.participants.len() {
            canvas.lifeline(index, bottom, bottom);
        }
        format!(
            "<svg class=\"ladder\" role=\"img\" viewBox=\"0 0 {} {}\" \
             xmlns=\"http://www.w3.org/2000/svg\" font-family=\"ui-monospace, monospace\" \
             font-size=\"12\">\n<title>{}</title>\n<desc>{}</desc>\n{}</svg>\n",
            self.width(),
            bottom + 4,
            escape(&self.title),
            escape(self.to_text().trim_end()).replace('\u{fffd}', " "),
            canvas.body
        )
    }

    fn spacing(&self) -> usize {
        match self.participants.len() {
            0..=2 => 280,
            3 => 170,
            _ => 130,
        }
    }

    fn width(&self) -> usize {
        2 * MARGIN + self.spacing() * (self.participants.len() - 1)
    }

    fn draw(&self, step: &Step, canvas: &mut Canvas) {
        let all = (0, self.participants.len() - 1);
        match step {
            Step::Message { from, to, text, lost } => {
                let (left, right) = (*from.min(to), *from.max(to));
                let middle = (canvas.x(left) + canvas.x(right)) / 2;
                let room = (canvas.x(right) - canvas.x(left)) / CHARACTER - 2;
                // Text that runs across a lifeline between the two interrupts it.
                let between = (left + 1, right - 1);
                canvas.text(middle, "middle", between, &wrap(text, room));
                canvas.y += 2;
                canvas.arrow(canvas.x(*from), canvas.x(*to), *lost);
            }
            Step::Pause(text) => {
                let dots = if text.is_empty() { "⋮".into() } else { format!("⋮ {text} ⋮") };
                let room = (self.width() - 2 * MARGIN) / CHARACTER;
                canvas.text(self.width() / 2, "middle", all, &wrap(&dots, room));
                canvas.y += 8;
            }
            Step::Note(None, text) => {
                let room = self.width() / CHARACTER - 2;
                canvas.text(self.width() / 2, "middle", all, &wrap(text, room));
                canvas.y += 8;
            }
            Step::Note(Some(who), text) => {
                let last = *who == all.1;
                let (at, anchor) = if last {
                    (canvas.x(*who) - 10, "end")
                } else {
                    (canvas.x(*who) + 10, "start")
                };
                let dot = canvas.y + LINE_HEIGHT - 4;
                canvas.body += &format!(
                    "<circle cx=\"{}\" cy=\"{dot}\" r=\"4\" fill=\"var(--ladder-line, currentColor)\"/>\n",
                    canvas.x(*who)
                );
                canvas.text(at, anchor, (1, 0), &wrap(text, canvas.spacing / CHARACTER - 4));
                canvas.y += 8;
            }
        }
    }
}

impl Canvas {
    fn x(&self, participant: usize) -> usize {
        MARGIN + participant * self.spacing
    }

    /// Lines of text below each other; the lifelines from `first` to `last` make room for them.
    fn text(&mut self, x: usize, anchor: &str, (first, last): (usize, usize), lines: &[String]) {
        let top = self.y;
        for line in lines {
            self.y += LINE_HEIGHT;
            self.body += &text(x, self.y, anchor, "", line);
        }
        let end = self.y + 4;
        for index in first..(last + 1).min(self.drawn_to.len()).max(first) {
            self.lifeline(index, top + 2, end);
        }
    }

    /// Draws a lifeline to `until` and goes on from `next`.
    fn lifeline(&mut self, index: usize, until: usize, next: usize) {
        let (x, from) = (self.x(index), self.drawn_to[index]);
        // A stub between two texts would only be noise.
        if until > from + 12 {
            self.body += &line(x, from, x, until, " stroke-opacity=\"0.5\"");
        }
        self.drawn_to[index] = next;
    }

    fn arrow(&mut self, from: usize, to: usize, lost: bool) {
        let right = to > from;
        let toward = |x: usize, by: usize| if right { x + by } else { x - by };
        let top = self.y + 4;
        // A lost message ends on its way, with a cross.
        let (end, fall) =
            if lost { (toward(from, from.abs_diff(to) * 2 / 3), FALL * 2 / 3) } else { (to, FALL) };
        let tip = top + fall;
        if lost {
            let red = " stroke=\"var(--ladder-lost, currentColor)\" stroke-dasharray=\"5 4\"";
            self.body += &line(from, top, end, tip, red);
            self.body += &format!(
                "<path d=\"M{} {} l12 12 m0 -12 l-12 12\" stroke=\"var(--ladder-lost, currentColor)\" stroke-width=\"2\" fill=\"none\"/>\n",
                end - 6,
                tip - 6
            );
        } else {
            self.body += &line(from, top, end, tip, "");
            let back = if right { -9 } else { 9 };
            self.body += &format!(
                "<path d=\"M{end} {tip} l{back} -5 v9 z\" fill=\"var(--ladder-line, currentColor)\"/>\n"
            );
        }
        self.y = top + FALL + 4;
    }
}

fn line(x1: usize, y1: usize, x2: usize, y2: usize, more: &str) -> String {
    let stroke =
        if more.contains(" stroke=") { "" } else { " stroke=\"var(--ladder-line, currentColor)\"" };
    format!("<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{stroke}{more}/>\n")
}

fn text(x: usize, y: usize, anchor: &str, more: &str, text: &str) -> String {
    format!(
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"var(--ladder-text, currentColor)\"{more}>{}</text>\n",
        escape(text)
    )
}

/// Cuts text into as few lines of at most `room` characters as it needs, of about one length.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let lines = fill(text, room);
    let longest = text.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
    (longest..room)
        .map(|room| fill(text, room))
        .find(|even| even.len() == lines.len())
        .unwrap_or(lines)
}

/// Fills line after line, cut between words where it can.
fn fill(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word: Vec<char> = word.chars().collect();
        loop {
            let used = line.chars().count();
            let gap = usize::from(used > 0);
            if used + gap + word.len() <= room {
                line.extend(std::iter::repeat_n(' ', gap));
                line.extend(word);
                break;
            }
            if used == 0 {
                line.extend(word.drain(..room));
            }
            lines.push(std::mem::take(&mut line));
        }
    }
    lines.push(line);
    lines
}
