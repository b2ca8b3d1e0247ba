//! The server over real sockets. Every wait has a deadline.

mod workshop;

use super::*;
use manifest::Lab;
use std::io::{Read, Write};
use workshop::{DEADLINE, LIBRARY, Message, UPGRADE, Workshop, connect, course, read};

/// The lab of the tests' course.
pub fn lab() -> Lab {
    course().labs.remove(0)
}

#[test]
fn pages_and_what_is_generated_are_served() {
    let workshop = Workshop::open();
    let page = workshop.get("/one.html");
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("the first text") && page.contains("-/live"), "{page}");
    assert!(page.contains("content-type: text/html; charset=utf-8"));
    assert!(page.contains("cache-control: no-store"));
    assert!(page.contains("x-frame-options: SAMEORIGIN"));
    assert!(workshop.get("/").contains("the first text"));
    let wasm = workshop.get("/generated/snippets/1.wasm");
    assert!(wasm.contains("content-type: application/wasm"), "{wasm}");
    let missing = workshop.get("/two.html");
    assert!(missing.starts_with("HTTP/1.1 404") && missing.contains("<html"), "{missing}");
}

#[test]
fn no_path_leads_out_of_the_book() {
    let workshop = Workshop::open();
    for path in [
        "/../../../secret.txt",
        "/%2e%2e/%2e%2e/%2e%2e/secret.txt",
        "/..%2f..%2f..%2fsecret.txt",
        "/generated/../../secret.txt",
        "/generated/%2e%2e/%2e%2e/secret.txt",
        "/..\\..\\..\\secret.txt",
        "//secret.txt",
        "/.nojekyll",
        "/generated/",
    ] {
        let answer = workshop.get(path);
        assert!(!answer.contains("a secret"), "{path}");
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
}

#[test]
fn other_sites_are_turned_away() {
    let workshop = Workshop::open();
    let port = workshop.address.port();
    let refused = |answer: String| {
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(answer.contains("\"title\":\"Forbidden\""), "{answer}");
    };
    // DNS rebinding: a foreign name that points here; the right name with another port.
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".into()] {
        refused(
            workshop.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")),
        );
    }
    let foreign = "Origin: http://evil.example\r\n";
    refused(workshop.ask("GET /", foreign, ""));
    refused(workshop.ask("GET /", "Origin: null\r\n", ""));
    let json = "Content-Type: application/json\r\n";
    refused(workshop.ask("POST /-/compile", json, "{\"source\":\"fn main() {}\"}"));
    refused(workshop.ask("POST /-/compile", &format!("{json}{foreign}"), "{}"));
    for path in ["/-/live", "/-/wire/42/yours", "/-/wire/42/reference"] {
        for origin in ["", foreign] {
            // The connection stays open, so only the beginning of the answer is read.
            let mut stream = connect(workshop.address);
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{origin}{UPGRADE}\r\n");
            stream.write_all(request.as_bytes()).unwrap();
            assert_eq!(read(&mut stream, 12), b"HTTP/1.1 403");
        }
    }
    // The three names of this machine are ours.
    for name in ["localhost", "LOCALHOST", "[::1]"] {
        let answer = workshop
            .send(&format!("GET / HTTP/1.1\r\nHost: {name}:{port}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{name}: {answer}");
    }
}

#[test]
fn an_edit_reaches_the_page_and_a_broken_one_leaves_the_last_good_book() {
    let workshop = Workshop::open();
    let mut page = workshop.socket("/-/live");
    workshop.write("book/one.md", "# One\n\nthe second text\n");
    page.wait_for("reload");
    assert!(workshop.get("/one.html").contains("the second text"));

    workshop.write("book/one.md", "# One\n\n```rust,runn\n```\n");
    let error = page.wait_for("error");
    assert!(error.contains("book/one.md:3: `runn` is not known after `rust`"), "{error}");
    assert!(workshop.get("/one.html").contains("the second text"));
    // A page that is opened now is told, too.
    assert_eq!(workshop.socket("/-/live").wait_for("error"), error);

    workshop.write("book/one.md", "# One\n\nthe third text\n");
    page.wait_for("{\"kind\":\"fixed\"}");
    page.wait_for("reload");
    assert!(workshop.get("/one.html").contains("the third text"));
}

#[test]
fn a_broken_edit_keeps_the_snippets_of_the_last_good_book() {
    let workshop = Workshop::open();
    std::fs::create_dir_all(workshop.folder.path().join(LIBRARY).join("src")).unwrap();
    workshop.write(&format!("{LIBRARY}/Cargo.toml"), "");
    workshop.write("Cargo.toml", "");
    workshop.write("Cargo.lock", "");
    let names = || {
        let snippets = workshop.builder.snippets();
        snippets.into_iter().map(|snippet| snippet.name).collect::<Vec<_>>()
    };
    workshop.write("book/one.md", "# One\n\n```rust,run,name=hello\nfn main() {}\n```\n");
    assert!(workshop.builder.build());
    assert_eq!(names(), ["hello"]);

    // Who compiles snippets removes the files of all that aren't in this list.
    workshop.write("book/one.md", "# One\n\n```rust,run,nam=hello\nfn main() {}\n```\n");
    assert!(!workshop.builder.build());
    assert_eq!(names(), ["hello"]);
}

#[test]
fn an_edit_that_is_too_large_is_not_compiled() {
    let workshop = Workshop::open();
    let fields = format!("Content-Type: application/json\r\n{}", workshop.origin());
    let source = "x".repeat(65 * 1024);
    let answer = workshop.ask("POST /-/compile", &fields, &format!("{{\"source\":\"{source}\"}}"));
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("a snippet has at most 64 KiB"), "{answer}");
    let answer = workshop.ask("POST /-/compile", &fields, "{}");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn a_tunnel_carries_bytes_and_closes_both_ways() {
    let yours = TcpListener::bind("127.0.0.1:0").unwrap();
    let workshop = Workshop::with_server(yours.local_addr().unwrap());
    let accept = || {
        let (stream, _) = yours.accept().unwrap();
        stream.set_read_timeout(Some(DEADLINE)).unwrap();
        stream
    };

    let mut page = workshop.socket("/-/wire/42/yours");
    let mut server = accept();
    assert_eq!(page.next(), Message::Text("{\"connected\":true}".into()));
    page.send(2, b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(read(&mut server, 18), b"GET / HTTP/1.1\r\n\r\n");
    server.write_all(b"HTTP/1.1 200 OK\r\n\r\n\0\xff").unwrap();
    assert_eq!(page.next(), Message::Binary(b"HTTP/1.1 200 OK\r\n\r\n\0\xff".to_vec()));
    drop(server);
    assert_eq!(page.next(), Message::Close);

    let mut page = workshop.socket("/-/wire/42/yours");
    let mut server = accept();
    page.send(8, b"");
    // Not `read`: a signal ends that early, where a child of another test ends.
    assert_eq!(server.read_to_end(&mut Vec::new()).unwrap(), 0, "the page closed");

    let page = workshop.socket("/-/wire/42/yours");
    let mut server = accept();
    drop(page);
    assert_eq!(server.read_to_end(&mut Vec::new()).unwrap(), 0, "the page is gone");
}

#[test]
fn a_tunnel_says_why_it_leads_nowhere() {
    // Bound and not accepting would queue connections: this port is free again.
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let workshop = Workshop::with_server(nobody);
    let mut page = workshop.socket("/-/wire/42/yours");
    assert_eq!(
        page.next(),
        Message::Text(format!(
            "{{\"error\":\"nothing listens on {nobody}: start your server with `cargo run -p lab-42`\"}}"
        ))
    );
    assert_eq!(page.next(), Message::Close);
    for place in ["wire/43/yours", "wire/042/yours", "wire/x/yours", "wire/42/theirs"] {
        let answer = workshop.ask(&format!("GET /-/{place}"), &workshop.origin(), "");
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
    }
    let mut page = workshop.socket("/-/wire/42/reference");
    assert!(page.wait_for("error").contains("The reference server is being built"));
    assert_eq!(page.next(), Message::Close);
}

#[test]
fn a_taken_port_is_named_with_what_to_do() {
    let first = bind(0).unwrap();
    let port = first.local_addr().unwrap().port();
    let message = bind(port).unwrap_err().to_string();
    let next = port + 1;
    assert!(message.starts_with(&format!("port {port} is taken")), "{message}");
    assert!(
        message.contains(&format!("`cargo workshop --port {next}` chooses another")),
        "{message}"
    );
}
