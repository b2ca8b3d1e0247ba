//! Custom elements for the page (being written).
