//! The figures of a small measurement.

use super::figure::number;
use super::render;
use crate::include::Sources;
use std::io;

struct File(&'static str);

impl Sources for File {
    fn read(&self, path: &str) -> io::Result<String> {
        assert_eq!(path, "book/data/transports.json");
        Ok(self.0.to_owned())
    }
}

const DATA: File = File(
    r#"{
  "made": { "date": "2026-11-24", "command": "cargo workshop bench boil",
            "machine": "two <cores>", "seconds": 300 },
  "subscribers": 1000,
  "names": { "short-polling": "Short polling", "sse": "Server-sent events",
             "workshop": "the lab's solution", "axum": "plain axum" },
  "rows": [
    { "transport": "short-polling", "server": "workshop", "memory_bytes": 2048,
      "open": null,
      "bytes": { "up": 80.0, "heads": 133.0, "framing": 49.0, "payload": 34.0 },
      "paced": { "pace_ms": 100.0, "p50_ms": 50.2, "p99_ms": 99.0,
                 "load": { "events": 1, "cpu_us": 20.5, "events_a_read": 1.0 } },
      "one_publisher": null, "sixteen_publishers": null },
    { "transport": "sse", "server": "workshop", "memory_bytes": 8192,
      "open": { "up": 63.0, "down": 201.0 },
      "bytes": { "up": 0.0, "heads": 0.0, "framing": 47.0, "payload": 34.0 },
      "paced": { "pace_ms": 100.0, "p50_ms": 6.125, "p99_ms": 11.8,
                 "load": { "events": 1, "cpu_us": 9.5, "events_a_read": 1.0 } },
      "one_publisher": { "cpu_us": 1.5, "events_a_read": 12.0 },
      "sixteen_publishers": { "cpu_us": 0.75, "events_a_read": 15.9 } },
    { "transport": "sse", "server": "axum", "memory_bytes": 12288,
      "open": { "up": 63.0, "down": 150.0 },
      "bytes": { "up": 0.0, "heads": 0.0, "framing": 47.0, "payload": 34.0 },
      "paced": { "pace_ms": 100.0, "p50_ms": 6.1, "p99_ms": 12.0,
                 "load": { "events": 1, "cpu_us": 9.0, "events_a_read": 1.0 } },
      "one_publisher": { "cpu_us": 8.5, "events_a_read": 1.0 },
      "sixteen_publishers": { "cpu_us": 8.0, "events_a_read": 1.1 } }
  ]
}"#,
);

#[test]
fn figures_have_a_plot_a_table_and_words() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../tests/snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let figures: Vec<String> = ["bytes", "latency", "cpu", "busy", "memory", "how"]
        .iter()
        .map(|name| render(&format!("{name}: What it\nshows"), &DATA).unwrap())
        .collect();
    settings.bind(|| insta::assert_snapshot!("measured", figures.join("\n\n")));
}

#[test]
fn what_can_not_be_drawn_is_said() {
    let wrong = |body: &str| render(body, &DATA).unwrap_err().text;
    assert!(wrong("beauty: x").starts_with("`beauty` was not measured: write `bytes`"));
    assert_eq!(wrong("bytes"), "say what it shows, as in `bytes: For each …`");
    let torn = render("bytes: x", &File("{}")).unwrap_err().text;
    assert!(torn.starts_with("book/data/transports.json: missing field `made`"), "{torn}");
    let nameless = DATA.0.replace("\"sse\": \"Server", "\"ssf\": \"Server");
    let nameless = render("bytes: x", &File(nameless.leak())).unwrap_err().text;
    assert_eq!(
        nameless,
        "book/data/transports.json: `names` has no `sse`: write what the book calls it"
    );
}

#[test]
fn numbers_have_three_digits() {
    let numbers = [0.0, 0.75, 1.5, 9.0, 12.34, 50.0, 99.96, 262.0, 1234.5];
    let wanted = ["0", "0.75", "1.5", "9", "12.3", "50", "100", "262", "1234"];
    assert_eq!(numbers.map(number), wanted);
}
