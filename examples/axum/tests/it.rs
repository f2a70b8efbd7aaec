//! Tests the program `axum` like every example server: see `example_common::checks`.

example_common::check!("axum");

#[test]
fn a_path_names_the_methods_that_it_takes() {
    example_common::checks::a_path_names_the_methods_that_it_takes(PROGRAM);
}
