const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const ERASE = "\r\x1b[2K";

/**
 * A line that shows that something goes on; on a terminal only.
 *
 * @param {NodeJS.WriteStream} stream
 */
export function spinner(stream) {
  if (!stream.isTTY) return { show() {}, stop() {} };
  let text = "";
  let frame = 0;
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    stream.write(`${ERASE}${FRAMES[frame]} ${text}`);
  };
  const timer = setInterval(draw, 100);
  return {
    /** @param {string} sentence */
    show(sentence) {
      text = sentence;
      draw();
    },
    stop() {
      clearInterval(timer);
      stream.write(ERASE);
    },
  };
}
