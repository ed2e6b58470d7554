using ServerLib.Files;

namespace ServerLib.Tests.Files;

/// <summary>Opens files that fail on demand.</summary>
internal sealed class FaultyFiles
{
    private volatile Func<string, Exception?> _fault = _ => null;

    /// <summary>Says for each open, read, write and flush of a file whether it fails: <c>users.db read</c>, say.</summary>
    public Func<string, Exception?> Fault
    {
        get => _fault;
        set => _fault = value;
    }

    public static Exception DiskFull { get; } = new IOException("No space left on device");

    /// <summary>Lets an operation on a file wait, such as <c>users.db write</c>.</summary>
    /// <returns>Ends when the operation waits.</returns>
    public Task BlockAt(string operation, ManualResetEventSlim until, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Fault = what =>
        {
            if (what == operation)
            {
                reached.TrySetResult();
                until.Wait(cancellationToken);
            }

            return null;
        };
        return reached.Task;
    }

    public Stream Open(string path)
    {
        Check(path, "open");
        return new FaultyStream(this, path, DatabaseFile.OpenStream(path));
    }

    private void Check(string path, string what)
    {
        if (Fault($"{Path.GetFileName(path)} {what}") is { } fault)
            throw fault;
    }

    private sealed class FaultyStream(FaultyFiles owner, string path, Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush()
        {
            owner.Check(path, "flush");
            inner.Flush();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            owner.Check(path, "read");
            return inner.Read(buffer, offset, count);
        }

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count)
        {
            owner.Check(path, "write");
            inner.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
