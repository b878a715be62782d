// tslab's kernel with what it lacks: Jupyter's `error` message, and notices on the build of lib. Made of subclasses of tslab's own classes.
import { setImmediate as turn } from 'node:timers/promises';
import { failureOf, plainFailure, typeFailure } from './failure.mjs';
import { cellName } from './frames.mjs';

/** The way that tslab's executor prints one thing that the compiler has against a cell. */
const DIAGNOSTIC = '%s%d:%d - %s';

/** A short note above a cell's output, which no runner takes for a failure; by the mark, they know that it is not the notebook's own. */
const note = (text) => {
  const html = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const style = 'border-left: 4px solid #E69F00; padding: 0.3em 0.8em; margin: 0.3em 0';
  const data = { 'text/html': `<div style="${style}">${html}</div>`, 'text/plain': text };
  return { data, metadata: { csdnet_notice: true }, transient: {} };
};

/** No cell that imports lib can run. */
class MissingBuild extends Error {}

/** tslab's executor, but for cells that import a library which is not there: the compiler's word on them would not say what to do. */
export const guarded = (executor, { failures, build }) => ({
  ...executor,
  execute(source) {
    const missing = /\bcsdnet\b/.test(source) && build.missing();
    if (!missing) return executor.execute(source);
    failures.console.error(new MissingBuild(missing));
    return Promise.resolve(false);
  },
});

/** Gathers what tslab's executor would print of a cell that failed. */
export class Failures {
  #diagnostics = [];
  #thrown = [];

  /** The console that the executor is given. */
  get console() {
    return {
      log: (...args) => console.log(...args),
      error: (format, ...rest) => {
        if (format !== DIAGNOSTIC || rest.length !== 4) return void this.#thrown.push(format);
        const [file, line, character, messageText] = rest;
        const start = { line: line - 1, character: character - 1 };
        this.#diagnostics.push({ fileName: file.trim() || undefined, start, messageText });
      },
    };
  }

  /** What was gathered since the last call. */
  take() {
    const [diagnostics, thrown] = [this.#diagnostics, this.#thrown];
    this.#diagnostics = [];
    this.#thrown = [];
    return { diagnostics, thrown };
  }
}

const INTERRUPTED = new Set(['Interrupted asynchronously', 'Script execution was interrupted by `SIGINT`']);
const STOPPED = plainFailure('Interrupted', 'stopped by the stop button. Values of this cell are not defined.');

/** A failure that a person mends by setting up anew is told with what to do; the name of the addon's file is the sign of it. */
export function withRemedy(failure) {
  if (!/tfjs_binding\.node|libtensorflow/.test(failure.evalue)) return failure;
  const evalue = `The native binding of TensorFlow.js is missing or does not load: run "npm run setup" in the project's folder, then restart the kernel. (${failure.evalue.split('\n')[0]})`;
  return plainFailure('BindingError', evalue);
}

/**
 * The handler of Jupyter's requests.
 *
 * @param tslab its modules (see tslab.mjs)
 * @param kernel `failures`, `build` (a BuildWatcher), `isLoaded` (whether this process has loaded lib), and `context` for failureOf
 */
export function handlerClass(tslab, { failures, build, isLoaded, context }) {
  return class Handler extends tslab.JupyterHandlerImpl {
    /** How to send a message that belongs to a request, by the request's content. */
    publishers = new WeakMap();
    #failed = new WeakMap();

    async handleExecute(req, writeStream, writeDisplayData) {
      const reply = await super.handleExecute(req, writeStream, writeDisplayData);
      if (reply.status === 'abort') return { ...reply, status: 'aborted' };
      const failure = this.#failed.get(req);
      return failure ? { ...reply, status: 'error', ...failure } : reply;
    }

    async handleExecuteImpl(req, writeStream, writeDisplayData) {
      const count = this.execCount + 1;
      context.begin(cellName(count), req.code);
      for (const text of await build.before(req.code)) writeDisplayData(note(text), false);
      let outcome;
      try {
        outcome = { count: await super.handleExecuteImpl(req, writeStream, writeDisplayData) };
      } catch (error) {
        outcome = { error };
      }
      build.remember(isLoaded());
      // A promise that this cell left alone and that has failed is told now, while the front end still takes it for this cell's.
      await turn();
      const failure = this.#failureOf(req, outcome.error);
      if (!failure) return outcome.count;
      this.#failed.set(req, failure);
      this.publishers.get(req)?.('error', failure);
      // Cells that wait are given up where the front end wishes it, as it does unless it says otherwise.
      if (req.stop_on_error === false && !(outcome.error instanceof Error)) return outcome.error;
      throw outcome.error;
    }

    /** What the executor said of a cell, and what else stopped it. */
    #failureOf(req, error) {
      const { diagnostics, thrown } = failures.take();
      if (error === undefined) {
        // A module's cell ends well in spite of type errors; tslab tells them on the error output.
        for (const { start, messageText } of diagnostics)
          process.stderr.write(`${start.line + 1}:${start.character + 1} - ${messageText}\n`);
        return undefined;
      }
      if (diagnostics.length > 0) return typeFailure(diagnostics, req.code, context);
      const value = thrown.length > 0 ? thrown[0] : error;
      if (value instanceof MissingBuild) return plainFailure('LibraryMissing', value.message);
      if (value instanceof Error && INTERRUPTED.has(value.message.replace(/\.$/, ''))) return STOPPED;
      return withRemedy(failureOf(value, context));
    }
  };
}

/** The server of Jupyter's sockets, which lets the handler send messages of its own and answers what tslab only warns of. */
export function serverClass(tslab) {
  return class Server extends tslab.ZmqServer {
    #Message;

    handleKernelInfo(sock, msg) {
      this.#Message = msg.constructor;
      super.handleKernelInfo(sock, msg);
    }

    handleExecute(sock, msg) {
      this.handler.publishers.set(msg.content, (type, content) => this.#send(this.iopub, msg, { type, content }));
      return super.handleExecute(sock, msg);
    }

    #send(sock, parent, { type, content }) {
      const message = parent.createReply();
      message.header.msg_type = type;
      message.content = content;
      message.signAndSend(this.connInfo.key, sock);
    }

    /** A console asks for the lines of earlier sessions: there are none. */
    async handleShellMessage(sock, ...args) {
      if (!this.#Message || !args.some((part) => part.includes('"history_request"')))
        return super.handleShellMessage(sock, ...args);
      const msg = this.#Message.fromRaw(this.connInfo.key, args);
      if (msg.header.msg_type !== 'history_request') return super.handleShellMessage(sock, ...args);
      this.publishStatus('busy', msg);
      this.#send(sock, msg, { type: 'history_reply', content: { status: 'ok', history: [] } });
      this.publishStatus('idle', msg);
    }
  };
}
