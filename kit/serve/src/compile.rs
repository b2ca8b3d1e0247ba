//! `POST /-/compile`: compiles a reader's edit of a snippet. The page runs it in its own sandbox.

use actix_web::http::header::RETRY_AFTER;
use actix_web::{HttpResponse, Resource, web};
use serde::Deserialize;
use snippets::{CompileError, Compiler};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tools::process::Cancel;

/// The longest program, in bytes.
const LARGEST: usize = 64 * 1024;

/// The longest body that is read. Much more than the longest program, so that whoever sends too much
/// gets an answer: a connection that is closed before all is read may lose it.
const LARGEST_BODY: usize = 16 * LARGEST;

/// Longer than rustc is given for a program that never ends, so that what is late then is the
/// libraries that snippets use.
const DEADLINE: Duration = Duration::from_secs(25);

/// How long a request waits for its turn. An edit that is run again ends the one before it, which
/// takes a moment.
const PATIENCE: Duration = Duration::from_secs(3);

/// One compiler at a time.
pub struct Turn(Arc<Semaphore>);

impl Default for Turn {
    fn default() -> Turn {
        Turn(Arc::new(Semaphore::new(1)))
    }
}

#[derive(Deserialize)]
struct Edit {
    source: String,
}

/// The resource with its own limit on bodies.
pub fn resource() -> Resource {
    web::resource("/compile")
        .app_data(web::JsonConfig::default().limit(LARGEST_BODY))
        .route(web::post().to(compile))
}

async fn compile(
    edit: web::Json<Edit>,
    turn: web::Data<Turn>,
    compiler: web::Data<Compiler>,
) -> HttpResponse {
    let source = edit.into_inner().source;
    if source.len() > LARGEST {
        return HttpResponse::PayloadTooLarge()
            .body(format!("a snippet has at most {} KiB", LARGEST / 1024));
    }
    let Ok(Ok(permit)) = timeout(PATIENCE, Arc::clone(&turn.0).acquire_owned()).await else {
        return busy("another snippet is being compiled: try again in a second");
    };
    // A reader who leaves drops this handler, and with it stops rustc.
    let cancel = Cancel::default();
    let _waiting = cancel.when_dropped();
    let compiled = web::block(move || {
        // Held here and not in the handler: it is given back when rustc has ended.
        let _permit = permit;
        compiler.compile(&source, &cancel)
    });
    match timeout(DEADLINE, compiled).await {
        Err(_) => busy("the libraries for snippets are still being built: try again in a while"),
        Ok(Ok(Ok(wasm))) => HttpResponse::Ok().content_type("application/wasm").body(wasm),
        Ok(Ok(Err(CompileError::Rejected(text)))) => {
            HttpResponse::UnprocessableEntity().content_type(TEXT).body(text)
        }
        Ok(Ok(Err(CompileError::Broken(error)))) => {
            HttpResponse::InternalServerError().content_type(TEXT).body(format!("{error:#}"))
        }
        Ok(Err(error)) => {
            HttpResponse::InternalServerError().content_type(TEXT).body(error.to_string())
        }
    }
}

const TEXT: &str = "text/plain; charset=utf-8";

fn busy(text: &'static str) -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .insert_header((RETRY_AFTER, "1"))
        .content_type(TEXT)
        .body(text)
}
