// Imported first by what needs Node 24. npm leaves out the `pre` step that installs it where `ignore-scripts` is set.
if (Number(process.versions.node.split(".")[0]) < 24) {
  console.error(`cairn: this needs Node 24 and runs on ${process.version}. Run "node scripts/setup.mjs --editor --browser" and then the same npm command again.`);
  process.exit(1);
}
