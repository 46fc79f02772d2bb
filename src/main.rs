//! Starts poolpass.

// Without huge pages (`no_thp`): they take two MiB for each thread, however little of that is used.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    poolpass::cli::run()
}
