if (process.argv[2] === '--version') {
  process.stdout.write(`${BELAY_VERSION}\n`);
} else {
  process.stderr.write('belay: this build has no commands\n');
  process.exitCode = 2;
}
