//! What is written down about a request.

use crate::nginx::{NAIVE, Nginx, OURS};
use crate::origin::Nobody;
use fixture::Server;
use harness::{Client, at_once, wait_until};
use solution_03::server::run;

#[test]
fn a_ticket_in_the_address_stays_out_of_our_log() {
    let server = Server::start(run);
    for (configuration, log, told) in [(NAIVE, "access.log", true), (OURS, "weather.log", false)] {
        let Some(nginx) = Nginx::start(configuration, &server) else { return };
        let mut client = Client::connect(&nginx);
        client.get("/stats?ticket=7d81", &[("Connection", "close")]);
        client.head();
        client.rest();
        wait_until(at_once(), "a line in the log", || nginx.read(log).contains("GET /stats"));
        assert_eq!(nginx.read(log).contains("7d81"), told, "{}", nginx.read(log));
    }
}

/// No format reaches the error log: it has the whole address, whenever a server can't be reached.
#[test]
fn a_ticket_in_the_address_is_in_every_error_log() {
    let nobody = Nobody::new();
    let Some(nginx) = Nginx::start(OURS, &nobody) else { return };
    let mut client = Client::connect(&nginx);
    client.get("/api/v1/live-data?ticket=7d81", &[]);
    client.head();
    wait_until(at_once(), "a line in the log", || nginx.read("error.log").contains("ticket=7d81"));
}
