//! Turns away what another site's page, or another user of the machine, could send here.
//!
//! A page from anywhere may send requests to 127.0.0.1. It can't forge `Host` and `Origin`, so
//! these two tell. The check of `Host` also stops DNS rebinding, where a foreign name suddenly
//! points to 127.0.0.1 and the browser takes this server for a part of that site. A program can
//! forge both, so what does more than show a page also needs the [`Key`] of this start.

use crate::key::{Key, NO_KEY};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use anyhow::{Result, ensure};
use std::str::FromStr;

/// A name that `--allow-host` gives: with a port it is only that one, without it is any.
#[derive(Clone, Debug)]
pub struct HostName(String);

impl FromStr for HostName {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<HostName> {
        ensure!(
            is_host(text),
            "`{text}` is not a host's name: write it as in `my-machine` or `my-machine:8080`"
        );
        Ok(HostName(text.to_ascii_lowercase()))
    }
}

impl HostName {
    /// Where a browser would find it, as far as that is known.
    pub fn url(&self, port: u16) -> String {
        let has_port = self.0.rsplit_once(':').is_some_and(|(_, port)| is_port(port));
        if has_port { format!("http://{}/", self.0) } else { format!("http://{}:{port}/", self.0) }
    }

    fn is(&self, host: &str) -> bool {
        host == self.0
            || host.rsplit_once(':').is_some_and(|(name, port)| name == self.0 && is_port(port))
    }
}

fn is_host(text: &str) -> bool {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    !text.is_empty() && text.len() < 256 && text.chars().all(plain)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

/// The names under which a browser reaches this server.
pub struct OwnAddress {
    port: u16,
    hosts: Vec<String>,
    /// Those that the user named: ports that are forwarded, and a container's name.
    allowed: Vec<HostName>,
}

impl OwnAddress {
    /// Loopback's names with this port, and what the user allows.
    pub fn new(port: u16, allowed: Vec<HostName>) -> OwnAddress {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let mut hosts: Vec<String> = names.iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            // Browsers leave it out.
            hosts.extend(names.map(str::to_owned));
        }
        OwnAddress { port, hosts, allowed }
    }

    /// Why a request must be turned away, if it must.
    fn objection(&self, method: &Method, headers: &HeaderMap) -> Option<String> {
        // A page may always be read; what does something needs proof that our page asked for it.
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let acts = !reads || headers.contains_key(header::UPGRADE);
        let mut hosts = headers.get_all(header::HOST);
        let host = hosts.next().and_then(|host| host.to_str().ok()).map(str::to_ascii_lowercase);
        let (Some(host), None) = (host, hosts.next()) else {
            return Some("a request names one Host".into());
        };
        let is_allowed = self.allowed.iter().any(|allowed| allowed.is(&host));
        if !is_allowed && !self.hosts.contains(&host) {
            return Some(self.unknown(&host));
        }
        // Who forwards a port may speak TLS to the browser.
        let own = |origin: &str| {
            let rest = origin.strip_prefix("http://");
            let rest = rest.or(origin.strip_prefix("https://").filter(|_| is_allowed));
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(&host))
        };
        let mut origins = headers.get_all(header::ORIGIN);
        if !origins.all(|origin| origin.to_str().is_ok_and(own)) {
            Some("a page of another site asked for this".into())
        } else if acts && !headers.contains_key(header::ORIGIN) {
            Some("only a page of this server may ask for this; send its Origin".into())
        } else {
            None
        }
    }

    fn unknown(&self, host: &str) -> String {
        let open = format!(
            "this server is for this machine only: open it as http://127.0.0.1:{}",
            self.port
        );
        match is_host(host) {
            true => format!(
                "{open}; if {host} is your own name for it, as with a forwarded port or in a \
                 container, start it with `cargo workshop --allow-host {host}`"
            ),
            false => open,
        }
    }
}

/// Whether a path is for a browser with the key only. `/-/key` is where it gets it.
fn needs_key(path: &str) -> bool {
    path.starts_with("/-/") && path != "/-/key"
}

/// Answers 403 in place of the handler if the request isn't from our own page.
pub async fn guard(
    own: web::Data<OwnAddress>,
    key: web::Data<Key>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, Error> {
    let objection = own.objection(request.method(), request.headers()).or_else(|| {
        let refused = needs_key(request.path()) && !key.is_in(request.headers());
        refused.then(|| NO_KEY.to_owned())
    });
    if let Some(detail) = objection {
        let problem = serde_json::json!({ "title": "Forbidden", "status": 403, "detail": detail });
        let response = HttpResponse::Forbidden()
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(problem.to_string());
        return Ok(request.into_response(response).map_into_right_body());
    }
    let mut response = next.call(request).await?.map_into_left_body();
    let headers = response.headers_mut();
    // The book changes while it is read, and no other site has a use for it.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A click on another site's page must not be one on a button of ours below it.
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    headers.insert(header::CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn objection(own: &OwnAddress, fields: &[(&'static str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(name.parse().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        own.objection(&Method::GET, &headers)
    }

    #[test]
    fn a_browser_leaves_out_port_80_and_no_other() {
        for (port, objects) in [(80, false), (81, true)] {
            let own = OwnAddress::new(port, Vec::new());
            assert_eq!(objection(&own, &[("host", "localhost")]).is_some(), objects, "{port}");
        }
    }

    #[test]
    fn only_the_same_name_is_the_same_site() {
        let own = OwnAddress::new(3000, vec!["My-Box".parse().unwrap(), "x:8080".parse().unwrap()]);
        for (host, origin, is_taken) in [
            ("127.0.0.1:3000", "http://127.0.0.1:3000", true),
            ("LOCALHOST:3000", "http://localhost:3000", true),
            // All three are names of loopback, and for a browser they are three sites.
            ("127.0.0.1:3000", "http://localhost:3000", false),
            ("127.0.0.1:3000", "http://[::1]:3000", false),
            ("127.0.0.1:3000", "https://127.0.0.1:3000", false),
            ("127.0.0.1:3000", "http://my-box", false),
            ("my-box", "https://my-box", true),
            ("my-box:4000", "http://my-box:4000", true),
            ("my-box:4000", "http://my-box:5000", false),
            ("my-box.evil.example", "http://my-box.evil.example", false),
            ("my-box:evil", "http://my-box:evil", false),
            ("x:8080", "http://x:8080", true),
            ("x:8081", "http://x:8081", false),
            ("x", "http://x", false),
        ] {
            let objection = objection(&own, &[("host", host), ("origin", origin)]);
            assert_eq!(objection.is_none(), is_taken, "{host} {origin}: {objection:?}");
        }
        let twice = [("host", "127.0.0.1:3000"), ("host", "127.0.0.1:3000")];
        assert!(objection(&own, &twice).is_some());
        assert!(objection(&own, &[]).is_some());
    }

    #[test]
    fn a_refusal_says_how_to_allow_a_name() {
        let own = OwnAddress::new(3000, Vec::new());
        let refusal = |host| objection(&own, &[("host", host)]).unwrap();
        assert!(refusal("devbox:8080").contains("`cargo workshop --allow-host devbox:8080`"));
        assert!(refusal("devbox").contains("open it as http://127.0.0.1:3000"));
        // What isn't a name isn't repeated.
        assert!(!refusal("a`b").contains("a`b"));
        for wrong in ["", "http://devbox/", "*", "a b"] {
            wrong.parse::<HostName>().unwrap_err();
        }
    }
}
