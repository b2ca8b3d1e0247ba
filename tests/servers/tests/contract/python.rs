//! A server of lab 03 in Python, and the same one with a mistake.

use crate::command::{contract, contract_at, root};
use harness::Child;
use std::io::{self, Write};
use std::process::Command;
use std::{env, fs};

/// The server, by its path in the workshop's folder.
const SERVER: &str = "tests/servers/sse_server.py";

/// Whether there is a Python. If not, says so; in CI that is a failure.
fn python() -> bool {
    let there =
        Command::new("python3").arg("--version").output().is_ok_and(|it| it.status.success());
    if !there {
        // Not `eprintln!`, which the test runner would keep to itself.
        let _ = writeln!(io::stderr(), "\n*** NOT CHECKED: python3 is missing ***\n");
        assert!(env::var_os("CI").is_none(), "python3 is missing");
    }
    there
}

#[test]
fn it_is_right_at_an_address() {
    if !python() {
        return;
    }
    let command = ["python3".to_owned(), root().join(SERVER).display().to_string()];
    let room = [("WORKSHOP_WAITING", "64".to_owned())];
    let server = Child::start(&command, &["--port", "0", "--profile", "test"], &room);
    let said = contract_at("03", &server);
    insta::assert_snapshot!(said.text());
    assert!(said.success);
}

#[test]
fn it_is_right_as_a_child() {
    if !python() {
        return;
    }
    let said = contract(&["03", "--", "python3", SERVER]);
    insta::assert_snapshot!(said.text());
    assert!(said.success);
}

/// A mistake: an edit of the server, and the tests that must reject it.
struct Mistake {
    find: &'static str,
    replace: &'static str,
    rejected_by: &'static [&'static str],
}

#[track_caller]
fn is_rejected(mistake: &Mistake) -> String {
    let text = fs::read_to_string(root().join(SERVER)).expect("the server's text");
    assert_eq!(text.matches(mistake.find).count(), 1, "{:?}", mistake.find);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("broken.py");
    fs::write(&path, text.replace(mistake.find, mistake.replace)).expect("a file");
    let said = contract(&["03", "--", "python3", &path.display().to_string()]);
    assert_eq!(said.failed(), mistake.rejected_by, "{}", said.text());
    assert!(!said.success);
    said.stdout
}

#[test]
fn one_that_says_half_a_report_is_rejected_in_step_2() {
    if !python() {
        return;
    }
    is_rejected(&Mistake {
        find: "for line in re.split(\"\\r\\n|\\r|\\n\", data))",
        replace: "for line in [data])",
        rejected_by: &[
            "step_2_push_one_event_is_one_block_at_once",
            "step_2_push_through_gzip_and_two_workers",
        ],
    });
}

#[test]
fn one_that_never_beats_is_rejected_in_step_3() {
    if !python() {
        return;
    }
    is_rejected(&Mistake {
        find: "self.limits[\"heartbeat\"] / 1000",
        replace: "3600",
        rejected_by: &[
            "step_3_idle_a_beat_is_a_comment",
            "step_3_idle_silence_is_never_longer_than_the_heartbeat",
        ],
    });
}

#[test]
fn one_that_trusts_the_old_address_is_rejected_in_step_4() {
    if !python() {
        return;
    }
    let said = is_rejected(&Mistake {
        find: "if fields.get(\"last-event-id\"):",
        replace: "if fields.get(\"last-event-id\") and not asked:",
        rejected_by: &["step_4_resume_the_header_beats_the_address"],
    });
    // A reader in another language sees the same message as a learner.
    let (_, message) = said.split_once("FAILED  ").expect("a failed test");
    let (message, _) = message.split_once("\n  at ").expect("a place");
    insta::assert_snapshot!(message);
}

#[test]
fn one_that_takes_one_too_many_is_rejected_in_step_5() {
    if !python() {
        return;
    }
    is_rejected(&Mistake {
        find: "        if self.subscribers >= self.limits[\"waiting\"]:",
        replace: "        if self.subscribers > self.limits[\"waiting\"]:",
        rejected_by: &["step_5_pressure_full_is_200_retry_end"],
    });
}

#[test]
fn one_that_ignores_sigterm_is_rejected_in_step_6() {
    if !python() {
        return;
    }
    is_rejected(&Mistake {
        find: "        self.log.end()\n",
        replace: "        await asyncio.sleep(3600)\n",
        rejected_by: &["step_6_goodbye_server_shutdown_ends_streams"],
    });
}
