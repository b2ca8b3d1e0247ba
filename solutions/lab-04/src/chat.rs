//! What the messages say: JSON, both ways.

use feed::Event;
use serde::{Deserialize, Serialize};

/// What a member says: `{"text":"Hello"}`. Who it is the server knows already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Say {
    /// Any text.
    pub text: String,
}

// What serde derives would take `["Hello"]` as well.
feed::object!(Say, Serialize);

/// What a client sends to say this.
pub fn say(text: &str) -> String {
    // Strings and numbers can't fail to become JSON; nor can an event.
    serde_json::to_string(&Say { text: text.to_owned() }).unwrap_or_default()
}

/// An event as a member hears it: `{"id":2,"event":"chat","data":"Ana\nHello"}`.
pub fn encode(event: &Event) -> String {
    serde_json::to_string(event).unwrap_or_default()
}

/// The event in a text from the server.
///
/// # Errors
/// It isn't one.
pub fn decode(text: &str) -> Result<Event, serde_json::Error> {
    serde_json::from_str(text)
}
