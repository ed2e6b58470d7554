using System.Buffers.Binary;
using LiteDB;
using LiteDB.Engine;

namespace ServerLib.Files;

/// <summary>
/// A LiteDB database with its log beside it. Read only until <see cref="Accept"/>. Everything is done by one thread: LiteDB has
/// returned other documents than those asked for, and broken its file, under several.
/// </summary>
internal sealed class DatabaseFile : IDisposable
{
    /// <summary>
    /// How many pages of 8 KiB the log holds before they go into the data. The engine keeps each of them in memory until then, and never
    /// gives that memory back: with its own 1,000 it grows to 10 MB for each file.
    /// </summary>
    private const int CheckpointPages = 100;

    private readonly string _logPath;
    private readonly LogStream _log;
    private readonly DataStream _data;
    private readonly LiteEngine _engine;
    private readonly bool _isDurable;

    private DatabaseFile(string path, bool isDurable, Func<string, Stream> openStream)
    {
        _isDurable = isDurable;
        _logPath = LogPath(path);
        _log = new LogStream(openStream(_logPath));
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
            CheckPages();

            // Strings are compared by their code points: by default it would be by the rules of the language of the machine that made
            // the file, under which different names are the same.
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

    /// <summary>Where LiteDB keeps the log of the database at <paramref name="path"/>.</summary>
    public static string LogPath(string path) =>
        Path.Combine(Path.GetDirectoryName(path)!, $"{Path.GetFileNameWithoutExtension(path)}-log{Path.GetExtension(path)}");

    /// <summary>Opens a database, or makes one where there is none.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="isDurable">Whether a commit is on disk, in the sense of fsync, when it returns.</param>
    /// <param name="openStream">Opens a file for reading and writing; tests put faults in.</param>
    public static DatabaseFile Open(string path, bool isDurable, Func<string, Stream> openStream) => new(path, isDurable, openStream);

    /// <summary>Opens a file for one writer, with owner-only rights where it is made.</summary>
    public static Stream OpenStream(string path)
    {
        RegularFile.Check(path);
        FileStreamOptions options = OwnerOnly.File(FileMode.OpenOrCreate, FileShare.Read);
        options.Access = FileAccess.ReadWrite;
        return new FileStream(path, options);
    }

    /// <summary>Lets the database be written, once what it holds has proved sound.</summary>
    public void Accept()
    {
        _log.IsFrozen = false;

        // By itself the engine would do it whenever something was read, too, and so before the file may be written.
        if (Database.CheckpointSize != 0)
            Database.CheckpointSize = 0;
    }

    /// <summary>Lets nothing more be written.</summary>
    public void Freeze() => _data.IsFrozen = _log.IsFrozen = true;

    /// <summary>Begins a transaction.</summary>
    public void Begin()
    {
        if (!Database.BeginTrans())
            throw new InvalidOperationException("The transaction before has not ended.");
    }

    /// <summary>Ends the transaction. When this returns, a kill loses nothing of it.</summary>
    /// <returns>Whether it has written anything.</returns>
    public bool Commit()
    {
        long before = _log.Length;
        if (!Database.Commit())
            throw new InvalidOperationException("There is no transaction.");

        // What the engine thinks that its log holds, but may not have written yet.
        _log.WaitFor(Status("logFileSize"));
        if (_isDurable)
            _log.Sync();
        bool hasWritten = _log.Length > before;
        if (_log.Length > CheckpointPages * PageStream.PageSize)
            Checkpoint();
        return hasWritten;
    }

    /// <summary>Brings what is committed to the disk, in the sense of fsync.</summary>
    public void Sync() => _log.Sync();

    /// <summary>
    /// Brings the log's pages into the data, which is written by nothing else: the engine would mark a file that it finds damaged, and
    /// whoever mends it should find it as it was.
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

    /// <summary>
    /// Each page begins with its number, or is none yet. The engine believes whatever stands in a page, and over some files never comes
    /// to an end.
    /// </summary>
    private void CheckPages()
    {
        byte[] page = new byte[PageStream.PageSize];
        for (long start = 0; start < _data.Length; start += page.Length)
        {
            _data.Position = start;
            _data.ReadExactly(page);
            if (BinaryPrimitives.ReadUInt32LittleEndian(page) != start / page.Length && page.AsSpan().ContainsAnyExcept((byte)0))
                throw new InvalidDataException($"Page {start / page.Length} is another one, or damaged.");
        }

        // Pages are numbered in the order in which they are made, and new ones are in the log: none can have a higher number than there are
        // pages. One that has would be written far behind the file's end, which then could not be read in any time.
        long pages = (_data.Length + _log.Length) / page.Length;
        for (long start = 0; start < _log.Length; start += page.Length)
        {
            _log.Position = start;
            _log.ReadExactly(page);
            if (BinaryPrimitives.ReadUInt32LittleEndian(page) >= pages)
                throw new InvalidDataException($"Page {start / page.Length} of the log is damaged.");
        }

        _data.Position = _log.Position = 0;
    }

    private long Status(string name) => Database.GetCollection("$database").FindAll().First()[name].AsInt64;

    /// <summary>Closes the files. Does not throw, whatever the engine thinks of its state.</summary>
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
            // What was acknowledged is in the log.
        }

        foreach (Stream stream in (Stream[])[_data, _log])
        {
            try
            {
                stream.Dispose();
            }
            catch (Exception)
            {
                // Nothing of it is held back here.
            }
        }

        try
        {
            if (isEmpty)
                File.Delete(_logPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An empty one does no harm.
        }
    }
}
