//! `POST /publish`, `GET /stats`, and how errors are told. Every lab's server has these.

use actix_web::error::{InternalError, JsonPayloadError, QueryPayloadError};
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Json, JsonConfig, Query, QueryConfig};
use actix_web::{Error, HttpRequest, HttpResponse};
use feed::{Feed, Id};
use serde_json::json;
use weather::{Limits, Report};

/// A report of 64 cities with the longest note fits twice.
const MAX_REPORT: usize = 16 * 1024;

/// Adds `POST /publish`, `GET /stats` and [`errors`]. The app's data must hold the [`Feed`] and the
/// [`Limits`].
pub fn routes(config: &mut web::ServiceConfig) {
    config
        .configure(errors)
        .service(web::resource("/publish").post(publish))
        .service(web::resource("/stats").get(stats));
}

/// Tells a report or a query that can't be read as a [`problem`].
pub fn errors(config: &mut web::ServiceConfig) {
    config
        .app_data(JsonConfig::default().limit(MAX_REPORT).error_handler(bad_report))
        .app_data(QueryConfig::default().error_handler(bad_query));
}

/// Appends a report to the feed. It must come as `application/json`, which a foreign page can't
/// send without asking first.
async fn publish(feed: Data<Feed>, report: Json<Report>) -> HttpResponse {
    match report.check() {
        Ok(()) => HttpResponse::Created().json(json!({ "id": report.publish(&feed) })),
        Err(bad) => problem(StatusCode::BAD_REQUEST, &bad.to_string()),
    }
}

/// What tests and people want to know about a running server.
async fn stats(feed: Data<Feed>, limits: Data<Limits>) -> HttpResponse {
    HttpResponse::Ok().json(json!({
        "newest": feed.newest_id(),
        "oldest": feed.oldest_id(),
        "subscribers": feed.subscribers(),
        "limits": **limits,
    }))
}

/// An error as RFC 9457 has it: its status, and a sentence for a person.
pub fn problem(status: StatusCode, detail: &str) -> HttpResponse {
    HttpResponse::build(status).content_type("application/problem+json").body(
        json!({
            "title": status.canonical_reason(),
            "status": status.as_u16(),
            "detail": detail,
        })
        .to_string(),
    )
}

fn bad_report(error: JsonPayloadError, _: &HttpRequest) -> Error {
    let (status, detail) = match &error {
        JsonPayloadError::ContentType => (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "a report must come with Content-Type: application/json".to_owned(),
        ),
        JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, format!("a report must be at most {MAX_REPORT} bytes"))
        }
        other => (StatusCode::BAD_REQUEST, format!("a report must be JSON: {other}")),
    };
    InternalError::from_response(error, problem(status, &detail)).into()
}

/// Says which of the parameters that are numbers is none.
fn bad_query(error: QueryPayloadError, request: &HttpRequest) -> Error {
    let query = Query::<Vec<(String, String)>>::from_query(request.query_string());
    let query = query.map_or(Vec::new(), Query::into_inner);
    let wrong = query.iter().find(|(name, value)| {
        ["since", "limit"].contains(&name.as_str()) && value.parse::<Id>().is_err()
    });
    let detail = match wrong {
        Some((name, value)) => {
            format!("{name} must be a whole number from 0 to {}, got {value:?}", Id::MAX)
        }
        None => error.to_string(),
    };
    InternalError::from_response(error, problem(StatusCode::BAD_REQUEST, &detail)).into()
}
