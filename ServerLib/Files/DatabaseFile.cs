using LiteDB;
using LiteDB.Engine;

namespace ServerLib.Files;

/// <summary>
/// A LiteDB database with its log file. It is read-only until <see cref="Accept"/>. One thread does everything: with several threads, LiteDB
/// has returned wrong documents and corrupted its file.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    /// <summary>
    /// The pages of 8 KiB in the log that start a checkpoint. LiteDB keeps them in memory until then, and never frees that memory: with its
    /// default of 1,000 pages, this is 10 MB per file.
    /// </summary>
    private const int CheckpointPages = 100;

    /// <summary>
    /// The largest data file whose pages are all read at the start, in bytes. A larger one would take too long; its pages are checked when they
    /// are read.
    /// </summary>
    public const long MaxCheckedAtStart = 64 * 1024 * 1024;

    private readonly string _logPath;
    private readonly LogStream _log;
    private readonly DataStream _data;
    private readonly LiteEngine _engine;
    private readonly bool _isDurable;

    private DatabaseFile(string path, bool isDurable, Func<string, Stream> openStream, TimeSpan? maxWait)
    {
        _isDurable = isDurable;
        _logPath = LogPath(path);
        _log = new LogStream(openStream(_logPath), maxWait);
        try
        {
            Stream file = openStream(path);
            _data = new DataStream(file, _log);
            long length = file.Length;
            if (_log.Length == 0 && length % PageStream.PageSize != 0)
                throw new InvalidDataException("The file ends within a page.");
            if (_log.Length > 0 && _data.Length == 0)
                throw new InvalidDataException("The file is empty, but its log is not.");
            if (length > 0)
                Freeze();
            LogScan scan = LogScan.Read(_log, _data.Length / PageStream.PageSize, isDurable);
            TornPages = (int)((_log.FileLength - scan.End + PageStream.PageSize - 1) / PageStream.PageSize);
            _log.CutTo(scan.End);
            _data.Restored = scan;
            if (IsCheckedAtStart)
                CheckPages();

            // Compares strings by code points. The default is the culture of the machine that created the file, in which different names can
            // be equal.
            var settings = new EngineSettings
            {
                DataStream = _data,
                LogStream = _log,
                TempStream = new MemoryStream(),
                Collation = Collation.Binary,
            };
            _engine = new LiteEngine(settings);
            Database = new LiteDatabase(_engine, new BsonMapper());
            _data.IsFrozen = true;
            if (_log.Length == 0 && _data.Length < (Status("lastPageID") + 1) * PageStream.PageSize)
                throw new InvalidDataException("The file is shorter than it says.");
        }
        catch
        {
            _data?.Dispose();
            _log.Dispose();
            throw;
        }
    }

    /// <summary>The database.</summary>
    public LiteDatabase Database { get; }

    /// <summary>Whether the file is small enough to read all of it at the start.</summary>
    public bool IsCheckedAtStart => _data.Length <= MaxCheckedAtStart;

    /// <summary>
    /// The number of pages at the end of the log that are ignored, because the first damaged one is among them. Without fsync, they can contain
    /// commits that have returned.
    /// </summary>
    public int TornPages { get; }

    /// <summary>Where LiteDB keeps the log of the database at <paramref name="path"/>.</summary>
    public static string LogPath(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-log{Path.GetExtension(path)}");

    /// <summary>Opens a database, or creates it.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="isDurable">Whether a commit is on disk (fsync) when it returns.</param>
    /// <param name="openStream">Opens a file for reading and writing. Tests inject faults here.</param>
    /// <param name="maxWait">How long a commit waits for LiteDB to write its log. Tests shorten it.</param>
    public static DatabaseFile Open(string path, bool isDurable, Func<string, Stream> openStream, TimeSpan? maxWait = null) =>
        new(path, isDurable, openStream, maxWait);

    /// <summary>Opens a file for one writer. A new file gets owner-only permissions.</summary>
    public static Stream OpenStream(string path)
    {
        RegularFile.Check(path);
        FileStreamOptions options = OwnerOnly.File(FileMode.OpenOrCreate, FileShare.Read);
        options.Access = FileAccess.ReadWrite;
        return new FileStream(path, options);
    }

    /// <summary>Allows writes, after the contents have been checked.</summary>
    public void Accept()
    {
        _log.IsFrozen = false;
        _log.Cut();

        // LiteDB would start checkpoints itself, even on reads, and so before the file may be written.
        if (Database.CheckpointSize != 0)
            Database.CheckpointSize = 0;
    }

    /// <summary>Prevents all further writes.</summary>
    public void Freeze() => _data.IsFrozen = _log.IsFrozen = true;

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        if (!Database.BeginTrans())
            throw new InvalidOperationException("The previous transaction has not ended.");
    }

    /// <summary>Commits the transaction. When this returns, its changes survive a kill.</summary>
    /// <returns>Whether anything was written.</returns>
    public bool Commit()
    {
        long before = _log.Length;
        if (!Database.Commit())
            throw new InvalidOperationException("There is no transaction.");

        // LiteDB's own count includes pages that it may not have written yet.
        _log.WaitFor(Status("logFileSize"));
        if (_isDurable)
            _log.Sync();
        bool hasWritten = _log.Length > before;

        // Not after reads: on a full disk, the log may not fit into the data file.
        if (hasWritten && !_log.IsFrozen && _log.Length > CheckpointPages * PageStream.PageSize && !IsHeld())
            Checkpoint();
        return hasWritten;
    }

    /// <summary>Brings committed changes to disk (fsync).</summary>
    public void Sync() => _log.Sync();

    /// <summary>
    /// Copies the log's pages to the data file. Nothing else may write to it: LiteDB would mark a damaged file, but a damaged file should stay
    /// unchanged until it is repaired.
    /// </summary>
    private void Checkpoint()
    {
        _data.IsFrozen = false;
        try
        {
            Database.Checkpoint();
        }
        finally
        {
            _data.IsFrozen = true;
        }
    }

    private bool IsHeld() => _log.Length < CheckpointHold.MaxLog && CheckpointHold.IsHeld(Path.GetDirectoryName(_logPath)!);

    private void CheckPages()
    {
        byte[] page = new byte[PageStream.PageSize];
        for (long start = 0; start < _data.Length; start += page.Length)
            _data.ReadExactly(page);
        _data.Position = 0;
    }

    private long Status(string name) => Database.GetCollection("$database").FindAll().First()[name].AsInt64;

    /// <summary>Closes the files. Never throws.</summary>
    public void Dispose()
    {
        bool isEmpty = false;
        Finalizers.Suppress(_engine);
        try
        {
            if (!_log.IsFrozen)
                Checkpoint();
            Database.Dispose();
            isEmpty = !_log.IsFrozen && _log.Length == 0;
        }
        catch (Exception)
        {
            // Confirmed changes are in the log.
        }

        foreach (Stream stream in (Stream[])[_data, _log])
        {
            try
            {
                stream.Dispose();
            }
            catch (Exception)
            {
                // Everything was written before.
            }
        }

        try
        {
            if (isEmpty)
                File.Delete(_logPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty log does no harm.
        }
    }
}
