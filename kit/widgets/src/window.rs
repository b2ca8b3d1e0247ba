//! The newest of what came: a page shows only so much, and counts the rest.

/// What waits to be shown, at most as much as the page shows, and counts of all that came.
pub struct Window<T> {
    most: usize,
    waiting: Vec<T>,
    shown: usize,
    left_out: usize,
}

/// What is to be changed in the page now.
#[derive(Debug, PartialEq, Eq)]
pub struct Step<T> {
    /// So many of the oldest that are shown go.
    pub gone: usize,
    /// These are added after the newest.
    pub new: Vec<T>,
}

impl<T> Window<T> {
    /// At most so many are shown at once.
    pub fn new(most: usize) -> Window<T> {
        Window { most, waiting: Vec::new(), shown: 0, left_out: 0 }
    }

    /// Forgets everything, the counts too.
    pub fn clear(&mut self) {
        *self = Window::new(self.most);
    }

    /// One more came. Too many wait: the oldest of them is counted and never shown.
    pub fn push(&mut self, item: T) {
        self.waiting.push(item);
        if self.waiting.len() > self.most {
            // It moves the others, but there are few, and a queue's code would be larger.
            self.waiting.remove(0);
            self.left_out += 1;
        }
    }

    /// Whether something waits to be shown.
    pub fn is_behind(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes what is shown next: as many as `room` holds, but at least one. `size` says how much of it
    /// one takes.
    pub fn step(&mut self, mut room: usize, size: impl Fn(&T) -> usize) -> Step<T> {
        let mut count = 0;
        for item in &self.waiting {
            count += 1;
            room = room.saturating_sub(size(item));
            if room == 0 {
                break;
            }
        }
        let rest = self.waiting.split_off(count);
        let new = std::mem::replace(&mut self.waiting, rest);
        let all = self.shown + new.len();
        let gone = all.saturating_sub(self.most);
        self.shown = all - gone;
        self.left_out += gone;
        Step { gone, new }
    }

    /// How many came that are not shown, nor will be.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

/// What the reader is told of those: `1,234 earlier lines are not shown`; nothing if there are none.
pub fn told(left_out: usize, one: &str, many: &str) -> String {
    match left_out {
        0 => String::new(),
        1 => format!("1 earlier {one} is not shown"),
        count => format!("{} earlier {many} are not shown", grouped(count)),
    }
}

/// `1,234,567`
pub fn grouped(count: usize) -> String {
    // A type of number that the page writes anyway: the code for one more would be larger.
    let (thousands, rest) = (count / 1000, (count % 1000) as u32);
    if thousands == 0 { rest.to_string() } else { format!("{},{rest:03}", grouped(thousands)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: usize = usize::MAX;

    fn window(items: std::ops::Range<u32>) -> Window<u32> {
        let mut window = Window::new(4);
        items.for_each(|item| window.push(item));
        window
    }

    #[test]
    fn what_fits_is_shown_whole() {
        let mut window = window(0..4);
        assert_eq!(window.step(ALL, |_| 1), Step { gone: 0, new: vec![0, 1, 2, 3] });
        assert_eq!((window.left_out(), window.is_behind()), (0, false));
        assert_eq!(window.step(ALL, |_| 1), Step { gone: 0, new: vec![] });
    }

    #[test]
    fn the_oldest_go_and_are_counted() {
        let mut window = window(0..3);
        window.step(ALL, |_| 1);
        (3..6).for_each(|item| window.push(item));
        assert_eq!(window.left_out(), 0, "nothing has gone yet");
        assert_eq!(window.step(ALL, |_| 1), Step { gone: 2, new: vec![3, 4, 5] });
        assert_eq!(window.left_out(), 2);
    }

    #[test]
    fn what_was_never_shown_is_counted_once() {
        let mut window = window(0..1000);
        assert_eq!((window.waiting.len(), window.left_out()), (4, 996), "memory is bounded");
        assert_eq!(window.step(ALL, |_| 1), Step { gone: 0, new: vec![996, 997, 998, 999] });
        (0..1000).for_each(|item| window.push(item));
        assert_eq!(window.step(ALL, |_| 1).gone, 4, "all that was shown");
        assert_eq!(window.left_out(), 1996);
    }

    #[test]
    fn a_step_takes_what_there_is_room_for_and_at_least_one() {
        let mut window = window(0..4);
        assert_eq!(window.step(20, |_| 10).new, [0, 1]);
        assert_eq!(window.step(1, |_| 10).new, [2]);
        assert!(window.is_behind());
        assert_eq!(window.step(0, |_| 10).new, [3]);
        assert!(!window.is_behind());
    }

    #[test]
    fn a_cleared_window_counts_from_zero() {
        let mut window = window(0..9);
        window.step(ALL, |_| 1);
        window.clear();
        assert_eq!((window.left_out(), window.is_behind()), (0, false));
        window.push(9);
        assert_eq!(window.step(ALL, |_| 1), Step { gone: 0, new: vec![9] });
    }

    #[test]
    fn the_reader_is_told_in_words() {
        assert_eq!(told(0, "line", "lines"), "");
        assert_eq!(told(1, "line", "lines"), "1 earlier line is not shown");
        assert_eq!(told(1234, "line", "lines"), "1,234 earlier lines are not shown");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000_007), "1,000,007");
    }
}
