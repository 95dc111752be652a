// Stands in for a library that is bundled along but never called.
module.exports = function unused() {
  throw new Error("this loader is not part of atk");
};
