//! The lines of the transcript that are in the page: the newest ones.

use crate::scroller::Scroller;
use crate::window::Window;
use crate::{dom, shorten};
use trace::{Line, to_html, to_html_with_times};
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// So many lines are in the page.
const MOST: usize = 200;

/// What one frame may add, in characters; a line costs so many besides its own.
const FRAME: usize = 8 * 1024;
const LINE: usize = 256;

/// More new lines than these at once don't light up: each would be painted in every frame.
const MOST_LIT: usize = 20;

/// The list of turns, each with its lines.
pub struct Transcript {
    scroller: Scroller,
    turns: Element,
    window: Window<Line>,
    /// Whether lines say when they came.
    times: bool,
}

impl Transcript {
    /// An empty one.
    pub fn new(parent: &Element, times: bool) -> Result<Transcript, JsValue> {
        let scroller = Scroller::new(parent, "panel-wire", "On the wire")?;
        let turns = dom::add(&scroller.element, "ol", "wire", "")?;
        turns.set_attribute("role", "list")?;
        Ok(Transcript { scroller, turns, window: Window::new(MOST), times })
    }

    pub fn clear(&mut self) {
        self.window.clear();
        self.turns.set_inner_html("");
        self.scroller.tell(self.window.left_out(), "line", "lines");
    }

    pub fn push(&mut self, line: Line) {
        self.window.push(shorten::line(line));
    }

    pub fn is_behind(&self) -> bool {
        self.window.is_behind()
    }

    /// Shows what waits, as much as one frame may.
    pub fn render(&mut self) -> Result<(), JsValue> {
        let step = self.window.step(FRAME, |line| LINE + line.bytes.len());
        if step.new.is_empty() {
            return Ok(());
        }
        let follows = self.scroller.follows();
        for _ in 0..step.gone {
            self.drop_oldest();
        }
        self.add(&step.new)?;
        self.scroller.tell(self.window.left_out(), "line", "lines");
        if follows {
            self.scroller.to_end();
        }
        Ok(())
    }

    fn add(&self, lines: &[Line]) -> Result<(), JsValue> {
        let holder = dom::document().create_element("div")?;
        holder.set_inner_html(&if self.times { to_html_with_times(lines) } else { to_html(lines) });
        let lit = lines.len() <= MOST_LIT;
        let Some(list) = holder.first_element_child() else { return Ok(()) };
        while let Some(turn) = list.first_element_child() {
            if lit {
                light(&turn);
            }
            match self.turns.last_element_child() {
                // The same side goes on: its lines belong to the turn that is there.
                Some(last) if last.class_name() == turn.class_name() => {
                    turn.remove();
                    let (Some(from), Some(to)) = (lines_of(&turn), lines_of(&last)) else {
                        continue;
                    };
                    while let Some(line) = from.first_element_child() {
                        to.append_child(&line)?;
                    }
                }
                _ => drop(self.turns.append_child(&turn)?),
            }
        }
        Ok(())
    }

    /// Of a turn that has lost its last line nothing remains.
    fn drop_oldest(&self) {
        let Some(turn) = self.turns.first_element_child() else { return };
        let Some(lines) = lines_of(&turn) else { return };
        if let Some(line) = lines.first_element_child() {
            line.remove();
        }
        if lines.first_element_child().is_none() {
            turn.remove();
        }
    }
}

/// Its lines light up once.
fn light(turn: &Element) {
    let mut line = lines_of(turn).and_then(|lines| lines.first_element_child());
    while let Some(lit) = line {
        lit.set_class_name(&(lit.class_name() + " panel-new"));
        line = lit.next_element_sibling();
    }
}

/// A turn says who sends, then come its lines.
fn lines_of(turn: &Element) -> Option<Element> {
    turn.last_element_child()
}
