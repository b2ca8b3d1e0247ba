//! One line that says how far a long command is, on a terminal; plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::time::Instant;

/// How many cells the bar has.
const CELLS: usize = 24;

/// A bar for a known number of tasks.
pub struct Progress {
    done: usize,
    total: usize,
    started: Instant,
    terminal: bool,
}

impl Progress {
    /// A bar at its beginning.
    pub fn new(total: usize) -> Progress {
        let terminal = std::io::stderr().is_terminal();
        Progress { done: 0, total, started: Instant::now(), terminal }
    }

    /// Says what is being done now.
    pub fn doing(&self, task: &str) {
        if self.terminal {
            let line = bar(self.done, self.total, task);
            // Longer than the window, it would wrap and stay; 80 columns are everywhere.
            let line: String = line.chars().take(79).collect();
            let mut out = std::io::stderr().lock();
            let _ = write!(out, "\r\x1b[K{line}").and_then(|()| out.flush());
        }
    }

    /// Says that a task is done, with what to say of it for good.
    pub fn done(&mut self, task: &str, problem: Option<&str>) {
        self.done += 1;
        let verdict = if problem.is_some() { "NO" } else { "ok" };
        match problem {
            Some(problem) => self.say(&format!("{task} ... {verdict}\n{problem}\n")),
            None if self.terminal => {}
            None => self.say(&format!("{task} ... {verdict}")),
        }
    }

    /// Takes the bar away, and says how long all took.
    pub fn finish(self, summary: &str) {
        self.say(&format!("{summary} ({:.0} s)", self.started.elapsed().as_secs_f32()));
    }

    fn say(&self, text: &str) {
        let clear = if self.terminal { "\r\x1b[K" } else { "" };
        eprintln!("{clear}{text}");
    }
}

fn bar(done: usize, total: usize, task: &str) -> String {
    let full = CELLS * done / total.max(1);
    format!("{}{} {done}/{total} {task}", "█".repeat(full), "░".repeat(CELLS - full))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_bar_fills_from_left_to_right() {
        assert_eq!(super::bar(0, 0, "starter"), format!("{} 0/0 starter", "░".repeat(24)));
        assert_eq!(
            super::bar(3, 4, "wrong"),
            format!("{}{} 3/4 wrong", "█".repeat(18), "░".repeat(6))
        );
    }
}
