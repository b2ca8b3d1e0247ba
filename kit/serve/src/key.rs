//! `/-/key`: who may ask for more than pages.
//!
//! Programs of other users of this machine reach 127.0.0.1, too, and can send any `Host` and
//! `Origin`. A snippet reads what the user can read who started this server (`include_str!`), so
//! compiling is for that user's browser only. It shows the key of this start, which the terminal
//! printed: as part of the address, which a page exchanges for a cookie.

use actix_web::http::header::{HeaderMap, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use std::fmt::Write;
use std::io;
use std::sync::Mutex;
use tools::lock::lock;

/// What a page without the key is told.
pub const NO_KEY: &str =
    "this needs the key of this start: open the address that `cargo workshop` printed";

/// The key of this start.
pub struct Key {
    key: String,
    /// Good for one exchange: other users see the command line of a browser that is started.
    ticket: Mutex<Option<String>>,
    cookie: String,
}

impl Key {
    /// A new one, which nobody can guess. The cookie's name has the port, since cookies don't.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn new(port: u16) -> io::Result<Key> {
        let ticket = Mutex::new(Some(random()?));
        Ok(Key { key: random()?, ticket, cookie: format!("workshop-{port}") })
    }

    /// For the terminal.
    pub fn address(&self, url: &str) -> String {
        format!("{url}#key={}", self.key)
    }

    /// For the command line of a browser: works once.
    pub fn address_for_once(&self, url: &str) -> String {
        let ticket = lock(&self.ticket);
        format!("{url}#key={}", ticket.as_deref().unwrap_or(&self.key))
    }

    /// Whether a request has the cookie.
    pub fn is_in(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all("cookie").filter_map(|field| field.to_str().ok());
        cookies.flat_map(|field| field.split(';')).any(|cookie| {
            let (name, value) = cookie.trim().split_once('=').unwrap_or_default();
            name == self.cookie && same(value, &self.key)
        })
    }

    /// Whether this is the key, or the ticket, which is used up then.
    fn takes(&self, word: &str) -> bool {
        let mut ticket = lock(&self.ticket);
        let used = ticket.take_if(|ticket| same(word, ticket)).is_some();
        used || same(word, &self.key)
    }

    #[cfg(test)]
    pub fn cookie(&self) -> String {
        format!("{}={}", self.cookie, self.key)
    }
}

/// 128 bits in hexadecimal.
fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a String doesn't fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// Looks at all of it, however early it differs: how long it takes tells nothing.
fn same(one: &str, other: &str) -> bool {
    let different = one.bytes().zip(other.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
    one.len() == other.len() && different == 0
}

/// The longest word that a page may send.
const LONGEST: usize = 64;

/// Asking tells whether the browser has the cookie; sending the word from the address gets it.
pub fn resource() -> actix_web::Resource {
    web::resource("/key")
        .app_data(web::PayloadConfig::new(LONGEST))
        .route(web::get().to(ask))
        .route(web::post().to(exchange))
}

/// No error: a page that is only read asks, too.
async fn ask(request: HttpRequest, key: web::Data<Key>) -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "key": key.is_in(request.headers()) }))
}

async fn exchange(word: String, key: web::Data<Key>) -> HttpResponse {
    if !key.takes(&word) {
        return HttpResponse::Forbidden().body(NO_KEY);
    }
    // For this server's own paths: the labs' servers, on other ports, aren't sent it.
    let cookie = format!("{}={}; Path=/-/; HttpOnly; SameSite=Strict", key.cookie, key.key);
    HttpResponse::NoContent().insert_header((SET_COOKIE, cookie)).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_works_once_and_the_key_always() {
        let key = Key::new(3000).unwrap();
        let word = |address: String| address.split_once("#key=").unwrap().1.to_owned();
        let ticket = word(key.address_for_once("http://127.0.0.1:3000/"));
        let lasting = word(key.address("http://127.0.0.1:3000/"));
        assert_ne!(ticket, lasting);
        assert!(key.takes(&ticket) && !key.takes(&ticket));
        assert!(key.takes(&lasting) && key.takes(&lasting));
        for word in ["", &lasting[1..], &format!("{lasting}0"), &Key::new(3000).unwrap().key] {
            assert!(!key.takes(word), "{word}");
        }
    }
}
