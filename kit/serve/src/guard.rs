//! Turns away what another site's page could have a browser send here.
//!
//! A page from anywhere may send requests to 127.0.0.1. It can't forge `Host` and `Origin`, so
//! these two tell. The check of `Host` also stops DNS rebinding, where a foreign name suddenly
//! points to 127.0.0.1 and the browser takes this server for a part of that site.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};

/// The names under which a browser on this machine reaches this server.
pub struct OwnAddress {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl OwnAddress {
    /// Loopback's names with this port.
    pub fn new(port: u16) -> OwnAddress {
        let names = ["127.0.0.1", "localhost", "[::1]"];
        let mut hosts: Vec<String> = names.iter().map(|name| format!("{name}:{port}")).collect();
        if port == 80 {
            // Browsers leave it out.
            hosts.extend(names.map(str::to_owned));
        }
        let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
        OwnAddress { hosts, origins }
    }

    /// Why a request must be turned away, if it must.
    fn objection(&self, method: &Method, headers: &HeaderMap) -> Option<&'static str> {
        // A page may always be read; what does something needs proof that our page asked for it.
        let reads = matches!(*method, Method::GET | Method::HEAD);
        let acts = !reads || headers.contains_key(header::UPGRADE);
        if !all_are(headers, header::HOST, &self.hosts) || !headers.contains_key(header::HOST) {
            Some("this server is for this machine only: open it as http://127.0.0.1 with its port")
        } else if !all_are(headers, header::ORIGIN, &self.origins) {
            Some("a page of another site asked for this")
        } else if acts && !headers.contains_key(header::ORIGIN) {
            Some("only a page of this server may ask for this; send its Origin")
        } else {
            None
        }
    }
}

fn all_are(headers: &HeaderMap, name: HeaderName, known: &[String]) -> bool {
    headers.get_all(name).all(|value| {
        value.to_str().is_ok_and(|text| known.iter().any(|own| own.eq_ignore_ascii_case(text)))
    })
}

/// Answers 403 in place of the handler if the request isn't from our own page.
pub async fn guard(
    own: web::Data<OwnAddress>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if let Some(detail) = own.objection(request.method(), request.headers()) {
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

    #[test]
    fn a_browser_leaves_out_port_80_and_no_other() {
        for (port, objects) in [(80, false), (81, true)] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost"));
            let objection = OwnAddress::new(port).objection(&Method::GET, &headers);
            assert_eq!(objection.is_some(), objects, "{port}");
        }
    }
}
