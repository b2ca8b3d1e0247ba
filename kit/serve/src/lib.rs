//! `cargo workshop`: the book on this machine, live.
//!
//! | file | what it does |
//! |---|---|
//! | `lib.rs` | starts everything, and stops it on Ctrl-C |
//! | `parts.rs` | what the server's handlers share |
//! | `guard.rs` | turns away requests that another site's page could make |
//! | `key.rs` | `/-/key`: who may ask for more than pages |
//! | `site.rs` | the last good book, as files |
//! | `builder.rs` | builds the book, and again after an edit |
//! | `watch.rs` | notices edits |
//! | `scan.rs` | what the watched folders hold, for where no events come |
//! | `background.rs` | what is built after the page is up: widgets, snippets, the reference servers |
//! | `jobs.rs` | how one asks for what is built in the background |
//! | `live.rs` | `/-/live`: tells open pages what changed |
//! | `compile.rs` | `/-/compile`: compiles a reader's edit of a snippet |
//! | `tunnel.rs` | `/-/wire`: from a page's WebSocket to a lab's server |
//! | `reference.rs` | the solutions' servers, as child processes |
//! | `reference/error.rs` | why there is none |

mod background;
mod builder;
mod compile;
mod guard;
mod jobs;
mod key;
mod live;
mod parts;
mod reference;
mod scan;
mod site;
mod tunnel;
mod watch;

#[cfg(test)]
mod tests;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use anyhow::{Context, Result, anyhow};
use builder::Builder;
use manifest::Course;
use parts::Parts;
use std::io::ErrorKind;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};
use tools::process;

pub use guard::HostName;

/// The usual port; mdBook's, too.
pub const PORT: u16 = 3000;

/// What is served, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where on loopback; 0 is any port that is free.
    pub port: u16,
    /// Opens the book in a browser.
    pub open: bool,
    /// The user's own names for this machine: a forwarded port, a container.
    pub allowed: Vec<HostName>,
    /// Looks for edits alone, where the system tells of none.
    pub poll: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { port: PORT, open: true, allowed: Vec::new(), poll: false }
    }
}

/// Serves the book on this machine until Ctrl-C.
///
/// # Errors
/// The port is taken, there are no random numbers for a key, or nothing can be compiled here. A book
/// that can't be built is no error: the next edit may put it right.
pub fn run(root: &Path, course: &Arc<Course>, options: Options) -> Result<()> {
    let Options { port, open, allowed, poll } = options;
    let listener = bind(port)?;
    let address = listener.local_addr()?;
    let others: Vec<String> = allowed.iter().map(|name| name.url(address.port())).collect();
    let parts = Parts::new(root, course, address.port(), allowed)?;
    let (jobs, wanted) = jobs::channel();
    let builder = Builder::new(root, &parts, jobs.clone());

    // Before the first page is asked for, so that it is there. Should it fail, the message is on
    // the terminal and in the page, and the next edit may put it right.
    builder.build();
    let by = if poll { watch::By::Looking } else { watch::By::Events };
    let _watcher = watch::start(root, course, builder.clone(), jobs, by)?;
    let url = format!("http://{address}/");
    println!("The workshop is open at {} (Ctrl-C stops it)", parts.key.address(&url));
    for other in others {
        println!("and, if that leads here, at {}", parts.key.address(&other));
    }
    if open {
        open_browser(parts.key.address_for_once(&url));
    }
    let references = Arc::clone(&parts.references);
    let compiler = Arc::clone(&parts.compiler);
    let background = background::Background::new(root, &parts, builder);
    process::own_groups();
    thread::spawn(move || background.run(wanted));

    let served = actix_web::rt::System::new()
        .block_on(async { server(listener, Arc::new(tunnel::yours), parts)?.await });
    process::end();
    compiler.close();
    references.stop();
    served.context("the server stopped")
}

/// The server, which runs when it is awaited. `yours` is where the attendee's own ones listen.
fn server(listener: TcpListener, yours: tunnel::Yours, parts: Parts) -> io::Result<Server> {
    let turn = web::Data::new(compile::Turn::default());
    let tunnels = web::Data::new(tunnel::Tunnels::new(yours));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&parts.own)))
            .app_data(web::Data::from(Arc::clone(&parts.key)))
            .app_data(turn.clone())
            .app_data(tunnels.clone())
            .app_data(web::Data::from(Arc::clone(&parts.course)))
            .app_data(web::Data::from(Arc::clone(&parts.site)))
            .app_data(web::Data::from(Arc::clone(&parts.live)))
            .app_data(web::Data::from(Arc::clone(&parts.compiler)))
            .app_data(web::Data::from(Arc::clone(&parts.references)))
            .wrap(from_fn(guard::guard))
            .service(
                web::scope("/-")
                    .route("/live", web::get().to(live::connect))
                    .service(key::resource())
                    .service(compile::resource())
                    .route("/wire/{lab}/{server}", web::get().to(tunnel::connect)),
            )
            .default_service(web::to(site::page))
    });
    // A browser that closes its half of a connection has left; who it waited for may stop.
    let server = server.h1_allow_half_closed(false);
    // At the end of a WebSocket a browser waits until we close the connection, and we would wait for
    // the browser: a tunnel's end would come a second too late.
    let server = server.client_disconnect_timeout(Duration::ZERO);
    // A page holds its WebSocket open for as long as it is shown: stopping doesn't wait for it.
    Ok(server.workers(2).shutdown_timeout(1).listen(listener)?.run())
}

/// Listens on loopback only: other machines can't reach it.
fn bind(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => {
            let see = if cfg!(windows) {
                format!("netstat -ano | findstr :{port}")
            } else {
                format!("lsof -i :{port}")
            };
            let other = if port == u16::MAX { PORT } else { port + 1 };
            anyhow!(
                "port {port} is taken, perhaps by an earlier `cargo workshop`: \
                 `{see}` shows by what, and `cargo workshop --port {other}` chooses another"
            )
        }
        ErrorKind::PermissionDenied => anyhow!(
            "port {port} is not for ordinary users: choose another, as in `cargo workshop --port {PORT}`"
        ),
        _ => anyhow!("can't listen on {address}: {error}"),
    })
}

/// On a thread of its own, since some systems wait for the browser to come up.
fn open_browser(url: String) {
    thread::spawn(move || {
        if opener::open(&url).is_err() {
            println!("No browser could be opened from here: open that address yourself");
        }
    });
}
