//! Horizontal bars as inline SVG: scales with the page, takes its colours, and has no ids, so that
//! several fit into one page.

use crate::html::escape;

/// All numbers are units of the view box. A phone of 360 px shows about one pixel a unit.
const WIDTH: f64 = 340.0;
const LINE: f64 = 17.0;
const BAR: f64 = 9.0;

/// Bars that share a scale, which begins at 0.
pub struct Plot {
    /// What the parts of the bars are, if they have several.
    pub series: Vec<&'static str>,
    pub groups: Vec<Group>,
}

/// Bars that belong together.
pub struct Group {
    pub name: Option<String>,
    pub bars: Vec<Bar>,
}

/// A bar, from left to right.
pub struct Bar {
    pub label: String,
    /// Of which series (0 to 3), and how long.
    pub parts: Vec<(usize, f64)>,
    /// The whole, in words.
    pub value: String,
}

impl Bar {
    fn length(&self) -> f64 {
        self.parts.iter().map(|(_, length)| length).sum()
    }
}

impl Plot {
    /// An `<svg role="img">` with this `<title>`, and a `<desc>`.
    ///
    /// Colours: `--plot-0` to `--plot-3`, else the page's text colour.
    pub fn to_svg(&self, title: &str) -> String {
        let bars = || self.groups.iter().flat_map(|group| &group.bars);
        let longest = bars().map(Bar::length).fold(f64::MIN_POSITIVE, f64::max);
        let mut body = String::new();
        let mut y = 0.0;
        for (index, name) in self.series.iter().enumerate() {
            y += LINE;
            rect(&mut body, index, 0.0, y - BAR, BAR);
            text(&mut body, BAR + 6.0, y, "start", "", name);
        }
        y += if self.series.is_empty() { 0.0 } else { 6.0 };
        for group in &self.groups {
            if let Some(name) = &group.name {
                y += LINE + 4.0;
                text(&mut body, 0.0, y, "start", " font-weight=\"bold\"", name);
            }
            for bar in &group.bars {
                y += LINE;
                text(&mut body, 0.0, y, "start", "", &bar.label);
                text(&mut body, WIDTH, y, "end", "", &bar.value);
                let mut x = 0.0;
                for (series, length) in bar.parts.iter().filter(|(_, length)| *length > 0.0) {
                    let width = length / longest * WIDTH;
                    // A line of paper between two parts, where there is room for one.
                    rect(&mut body, *series, x, y + 4.0, (width - 1.0).max(width.min(1.0)));
                    x += width;
                }
                y += BAR + 8.0;
            }
        }
        format!(
            "<svg class=\"plot\" role=\"img\" viewBox=\"0 0 {WIDTH} {}\" \
             xmlns=\"http://www.w3.org/2000/svg\" font-size=\"12\">\n\
             <title>{}</title>\n<desc>{}</desc>\n{body}</svg>\n",
            y + 2.0,
            escape(title),
            escape(&self.in_words())
        )
    }

    /// Each bar with its whole length; the parts are in the table.
    fn in_words(&self) -> String {
        let group = |group: &Group| {
            let bars: Vec<String> =
                group.bars.iter().map(|bar| format!("{} {}", bar.label, bar.value)).collect();
            match &group.name {
                Some(name) => format!("{name}: {}.", bars.join(", ")),
                None => format!("{}.", bars.join(", ")),
            }
        };
        self.groups.iter().map(group).collect::<Vec<_>>().join(" ")
    }
}

fn rect(body: &mut String, series: usize, x: f64, y: f64, width: f64) {
    body.push_str(&format!(
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{BAR}\" \
         fill=\"var(--plot-{series}, currentColor)\"/>\n"
    ));
}

fn text(body: &mut String, x: f64, y: f64, anchor: &str, more: &str, words: &str) {
    body.push_str(&format!(
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"currentColor\"{more}>{}</text>\n",
        escape(words)
    ));
}
