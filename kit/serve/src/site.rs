//! The last good book, as files.

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, ContentType, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use percent_encoding::percent_decode_str;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::RwLock;
use tools::lock::{read, write};

/// Two folders: one is served while mdBook fills the other, so that a build that fails, or isn't
/// done yet, is never seen.
pub struct Site {
    folders: [PathBuf; 2],
    /// Widgets and snippets. Served from where they are made, they need no new build of the book.
    generated: PathBuf,
    /// Which folder is served; none before the first good build.
    current: RwLock<Option<usize>>,
}

impl Site {
    /// Nothing is served before the first [`Site::swap`]. Each port has folders of its own: another
    /// `cargo workshop` may serve the same book.
    pub fn new(root: &Path, port: u16) -> Site {
        let folder = root.join(format!("target/workshop/port-{port}"));
        Site {
            folders: [folder.join("book-a"), folder.join("book-b")],
            generated: root.join("book/generated"),
            current: RwLock::new(None),
        }
    }

    /// The folder for the next build. Nobody reads it.
    pub fn spare(&self) -> &Path {
        let current = *read(&self.current);
        &self.folders[current.map_or(0, |served| 1 - served)]
    }

    /// Serves what was built into [`Site::spare`]. Waits for reads of the old folder to end.
    pub fn swap(&self) {
        let mut current = write(&self.current);
        *current = Some(current.map_or(0, |served| 1 - served));
    }

    /// A file by its path in the URL. Blocks.
    fn read(&self, path: &str) -> Answer {
        let current = read(&self.current);
        let Some(current) = *current else { return Answer::NothingYet };
        let folder = &self.folders[current];
        let Some(path) = safe(path) else { return Answer::Missing(not_found(folder)) };
        let file = match path.strip_prefix("generated") {
            Ok(rest) => self.generated.join(rest),
            Err(_) => folder.join(&path),
        };
        match fs::read(&file) {
            Ok(bytes) => Answer::File(bytes, content_type(&file)),
            Err(_) => Answer::Missing(not_found(folder)),
        }
    }
}

enum Answer {
    File(Vec<u8>, &'static str),
    Missing(Vec<u8>),
    NothingYet,
}

/// mdBook's own page for what isn't there.
fn not_found(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("404.html")).unwrap_or_else(|_| b"not found".to_vec())
}

/// The path below the folder; nothing for a path with a part that could lead out of it.
fn safe(path: &str) -> Option<PathBuf> {
    let mut safe = PathBuf::new();
    let path = path.strip_prefix('/')?;
    let path = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    for part in path.split('/') {
        // Decoded once, and looked at after that: what is named `%41` is asked for as `%2541`.
        let part = percent_decode_str(part).decode_utf8().ok()?;
        // `.` and `..`, hidden files, and separators, drives and streams of all systems.
        let leads_out = |c: char| matches!(c, '/' | '\\' | ':') || c.is_control();
        if part.is_empty() || part.starts_with('.') || part.contains(leads_out) {
            return None;
        }
        safe.push(&*part);
    }
    Some(safe)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "woff2" => "font/woff2",
        "txt" | "snap" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Answers with a file of the book.
pub async fn page(request: HttpRequest, site: web::Data<Site>) -> actix_web::Result<HttpResponse> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(HttpResponse::MethodNotAllowed()
            .insert_header((ALLOW, "GET, HEAD"))
            .body("a page can be read, and nothing else"));
    }
    let path = request.path().to_owned();
    Ok(match web::block(move || site.read(&path)).await? {
        Answer::File(bytes, kind) => HttpResponse::Ok().content_type(kind).body(bytes),
        Answer::Missing(page) => {
            HttpResponse::NotFound().content_type("text/html; charset=utf-8").body(page)
        }
        Answer::NothingYet => HttpResponse::ServiceUnavailable()
            .insert_header((RETRY_AFTER, "1"))
            .content_type(ContentType::html())
            .body(NOTHING_YET),
    })
}

/// Asks again by itself until there is a book.
const NOTHING_YET: &str = "<!DOCTYPE html>
<html lang=\"en\"><head><meta charset=\"utf-8\"><title>The workshop</title>
<meta http-equiv=\"refresh\" content=\"1\"></head>
<body><p>The book can't be built yet: the terminal says why. This page comes back by itself.</p></body></html>
";
