//! Builds the page's custom elements.
