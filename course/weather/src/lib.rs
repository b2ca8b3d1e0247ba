//! What the course's feed carries: weather reports, from a seeded source or from outside.
//!
//! ```
//! use feed::Feed;
//! use std::num::NonZeroUsize;
//! use weather::Report;
//!
//! let feed = Feed::new(NonZeroUsize::new(4).unwrap());
//! let id = Report::of(&[("BERLIN", 25.5), ("LONDON", 24.4)]).publish(&feed);
//! assert_eq!(id, 1);
//! assert_eq!(feed.since(0, 10).unwrap().first().unwrap().data.as_ref(), "BERLIN 25.5\nLONDON 24.4");
//! ```
//!
//! | file | what it holds |
//! |---|---|
//! | `report.rs` | a report, its text, and the rules for one from outside |
//! | `source.rs` | a seeded source of reports |
//! | `limits.rs` | how much a lab's server may spend |

mod limits;
mod report;
mod source;

pub use limits::Limits;
pub use report::{BadReport, Reading, Report};
pub use source::Source;
