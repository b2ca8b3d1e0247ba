//! The server over real sockets. Every wait has a deadline.

#[cfg(unix)]
mod compile;
mod workshop;

use super::*;
use manifest::Lab;
use std::io::{Read, Write};
use std::time::Instant;
use workshop::{DEADLINE, Message, UPGRADE, Workshop, connect, course, read, write_library};

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
        "/generated/..%5c..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "/%00",
        "/%ff",
        "/%",
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
    // The three names of this machine are ours, and so is the one that the user allows.
    for host in ["localhost", "LOCALHOST", "[::1]"].map(|name| format!("{name}:{port}")) {
        let answer =
            workshop.send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        assert!(answer.starts_with("HTTP/1.1 200"), "{host}: {answer}");
        // A page of one of them isn't a page of another.
        let fields = format!("Origin: http://{host}\r\nCookie: {}\r\n", workshop.key.cookie());
        refused(workshop.ask("POST /-/compile", &format!("{json}{fields}"), "{}"));
    }
    let answer = workshop.send("GET / HTTP/1.1\r\nHost: my-box:99\r\nConnection: close\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn another_user_of_the_machine_is_turned_away() {
    let workshop = Workshop::open();
    let origin = workshop.origin();
    let name = workshop.key.cookie().split('=').next().unwrap().to_owned();
    let other = Workshop::open().key.cookie().split_once('=').unwrap().1.to_owned();
    let guesses =
        ["".to_owned(), format!("Cookie: {name}=\r\n"), format!("Cookie: {name}={other}\r\n")];
    for guess in guesses {
        let fields = format!("Content-Type: application/json\r\n{origin}{guess}");
        let answer = workshop.ask("POST /-/compile", &fields, "{\"source\":\"fn main() {}\"}");
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
        assert!(answer.contains("open the address that `cargo workshop` printed"), "{answer}");
        for path in ["/-/live", "/-/wire/42/yours", "/-/wire/42/reference"] {
            let mut stream = connect(workshop.address);
            let host = workshop.address;
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{origin}{guess}{UPGRADE}\r\n");
            stream.write_all(request.as_bytes()).unwrap();
            assert_eq!(read(&mut stream, 12), b"HTTP/1.1 403", "{path}");
        }
        let answer = workshop.ask("GET /-/key", &guess, "");
        assert!(answer.ends_with("{\"key\":false}"), "{answer}");
    }
    // The page can be read, and holds no key.
    assert!(!workshop.get("/one.html").contains(workshop.key.cookie().split_once('=').unwrap().1));
}

#[test]
fn the_address_that_is_printed_leads_to_the_key() {
    let workshop = Workshop::open();
    let exchange = |address: String| {
        let (_, word) = address.split_once("#key=").unwrap();
        workshop.ask("POST /-/key", &workshop.origin(), word)
    };
    let once = workshop.key.address_for_once("/");
    for address in [workshop.key.address("/"), once.clone()] {
        let answer = exchange(address);
        assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
        let cookie = workshop.key.cookie();
        let field = format!("set-cookie: {cookie}; Path=/-/; HttpOnly; SameSite=Strict\r\n");
        assert!(answer.contains(&field), "{answer}");
    }
    assert!(exchange(once).starts_with("HTTP/1.1 403"), "it was for once");
    let answer = workshop.ask("GET /-/key", &workshop.own_page(), "");
    assert!(answer.ends_with("{\"key\":true}"), "{answer}");
    let answer = workshop.ask("POST /-/key", "", "word");
    assert!(answer.starts_with("HTTP/1.1 403"), "without an Origin: {answer}");
}

#[test]
fn a_page_is_found_by_any_name_and_only_read() {
    let workshop = Workshop::open();
    let mut page = workshop.socket("/-/live");
    workshop.write("book/\u{fc}ber.md", "# One\n\nabove\n");
    workshop.write("book/a b.md", "# Two\n\nwith a space\n");
    workshop.write("book/100%.md", "# Three\n\nwith a sign\n");
    workshop
        .write("book/SUMMARY.md", "[One](<\u{fc}ber.md>)\n[Two](<a b.md>)\n[Three](<100%.md>)\n");
    // An edit may be built before the next one is written.
    while !workshop.get("/").contains("above") {
        page.wait_for("reload");
    }
    for (path, text) in [
        ("/%C3%BCber.html", "above"),
        ("/a%20b.html", "with a space"),
        ("/100%25.html", "with a sign"),
    ] {
        let answer = workshop.get(path);
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(text), "{path}: {answer}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
        let answer = workshop.ask(&format!("{method} /a%20b.html"), &workshop.own_page(), "");
        assert!(answer.starts_with("HTTP/1.1 405"), "{method}: {answer}");
        assert!(answer.contains("allow: GET, HEAD\r\n"), "{method}: {answer}");
    }
    let head = workshop.ask("HEAD /a%20b.html", "", "");
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
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
fn an_edit_is_found_without_an_event() {
    for by in [watch::By::Looking, watch::By::Silence] {
        let workshop = Workshop::with(([127, 0, 0, 1], 1).into(), by, |_, _| {});
        let mut page = workshop.socket("/-/live");
        for text in ["a second text", "a third text"] {
            workshop.write("book/one.md", &format!("# One\n\n{text}\n"));
            page.wait_for("reload");
            assert!(workshop.get("/one.html").contains(text), "{by:?}");
        }
    }
}

#[test]
fn a_folder_in_the_place_of_the_book_is_the_book() {
    let workshop = Workshop::open();
    let mut page = workshop.socket("/-/live");
    let path = |name: &str| workshop.folder.path().join(name);
    for round in 0..3 {
        std::fs::create_dir(path("new")).unwrap();
        workshop.write("new/SUMMARY.md", "[One](one.md)\n");
        workshop.write("new/one.md", &format!("# One\n\nbook {round}\n"));
        std::fs::rename(path("book"), path(&format!("old{round}"))).unwrap();
        std::fs::rename(path("new"), path("book")).unwrap();
        let until = |page: &mut workshop::Socket, text: &str| {
            while !workshop.get("/one.html").contains(text) {
                page.wait_for("reload");
            }
        };
        until(&mut page, &format!("book {round}"));
        workshop.write("book/one.md", &format!("# One\n\nedit {round}\n"));
        until(&mut page, &format!("edit {round}"));
    }
}

#[test]
fn a_broken_edit_keeps_the_snippets_of_the_last_good_book() {
    let workshop = Workshop::open();
    write_library(workshop.folder.path());
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
    let fields = format!("Content-Type: application/json\r\n{}", workshop.own_page());
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
fn the_end_of_a_server_reaches_the_page_at_once() {
    let yours = TcpListener::bind("127.0.0.1:0").unwrap();
    let workshop = Workshop::with_server(yours.local_addr().unwrap());
    // The quickest of a few, since the machine may be busy.
    let times = (0..5).map(|_| {
        let mut page = workshop.socket("/-/wire/42/yours");
        let (server, _) = yours.accept().unwrap();
        assert_eq!(page.next(), Message::Text("{\"connected\":true}".into()));
        let start = Instant::now();
        drop(server);
        assert_eq!(page.next(), Message::Close);
        // A browser answers, and says `close` to the page when the connection has ended, too.
        page.send(8, b"");
        page.until_the_end();
        start.elapsed()
    });
    let quickest = times.min().unwrap();
    assert!(quickest < Duration::from_millis(100), "{quickest:?}");
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
        let answer = workshop.ask(&format!("GET /-/{place}"), &workshop.own_page(), "");
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
