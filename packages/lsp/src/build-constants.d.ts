/** The version of the package, put in by the bundler and by the test runner. */
declare const BELAY_VERSION: string;
