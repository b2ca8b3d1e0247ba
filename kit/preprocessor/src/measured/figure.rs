//! A plot with its table beneath: what a picture can't tell a screen reader, and numbers to copy.

use super::data::Row;
use super::plot::Plot;
use crate::html::escape;

/// A column's head, and its number in a row if that was measured.
pub type Column = (&'static str, fn(&Row) -> Option<f64>);

/// A plot and a table of the same rows.
pub struct Figure<'a> {
    pub plot: Plot,
    pub columns: Vec<Column>,
    pub rows: Vec<&'a Row>,
}

impl Figure<'_> {
    /// `caption` says what is measured, with its unit.
    pub fn to_html(&self, caption: &str) -> String {
        let Figure { plot, columns, rows } = self;
        let peers = rows.iter().any(|row| !row.ours);
        let mut html = format!(
            "<figure class=\"measured\">\n<figcaption>{}</figcaption>\n{}\
             <div class=\"table-wrapper\"><table>\n<thead><tr><th scope=\"col\">transport</th>",
            escape(caption),
            plot.to_svg(caption)
        );
        if peers {
            html += "<th scope=\"col\">server</th>";
        }
        for (head, _) in columns {
            html += &format!("<th scope=\"col\" class=\"number\">{}</th>", escape(head));
        }
        html += "</tr></thead>\n<tbody>\n";
        for row in rows {
            html += &format!("<tr><th scope=\"row\">{}</th>", escape(&row.transport));
            if peers {
                html += &format!("<td class=\"server\">{}</td>", escape(&row.server));
            }
            for (_, column) in columns {
                let text = column(row).map_or("–".into(), number);
                html += &format!("<td class=\"number\">{text}</td>");
            }
            html += "</tr>\n";
        }
        html + "</tbody>\n</table></div>\n</figure>"
    }
}

/// A measured number: three digits say enough, and a machine's noise begins after two.
pub fn number(value: f64) -> String {
    match value {
        value if value == 0.0 || value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}").trim_end_matches(".0").to_owned(),
        value => format!("{value:.2}").trim_end_matches('0').trim_end_matches('.').to_owned(),
    }
}
