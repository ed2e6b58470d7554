using System.Text;
using ServerLib.Files;

namespace ServerLib.ActivityLog;

/// <summary>
/// The file of the activity log, and the older files that it is renamed to when it is full or the day has ended. Not thread-safe.
/// </summary>
/// <param name="path">The full path.</param>
/// <param name="firstLine">Makes the text that is appended at each opening.</param>
/// <param name="rotation">When the file is renamed.</param>
/// <param name="time">The clock.</param>
internal sealed class LogFile(string path, Func<string> firstLine, LogRotation rotation, TimeProvider time) : IDisposable
{
    private FileStream? _stream;
    private FileStatus? _status;
    private bool _hasTornLine;
    private DateOnly _day;

    public string Path => path;

    public bool IsOpen => _stream is not null;

    /// <summary>
    /// Whether the path still leads to the open file. It does not after the file was moved or deleted, for example by logrotate.
    /// </summary>
    public bool IsInPlace => _stream is not { CanSeek: true }
        || (_status is { } opened ? FileStatus.Of(path) is { } now && now.IsSameFile(opened) : File.Exists(path));

    /// <summary>Opens or creates the file, and appends the first line.</summary>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write the file.</exception>
    public void Open()
    {
        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
            OwnerOnly.CreateDirectory(folder);
        RegularFile.CheckWritable(path);
        _hasTornLine = EndsWithinLine();
        _day = LastWritten() ?? Today;
        _stream = new FileStream(path, OwnerOnly.File(FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete));
        _status = FileStatus.Of(_stream.SafeFileHandle);
        Append(firstLine());
        DeleteExpired();
    }

    /// <summary>Appends a text. The file is open.</summary>
    /// <exception cref="IOException">The file cannot be written. A part of the text may have been.</exception>
    public void Append(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(_hasTornLine ? "\n" + text : text);
        _hasTornLine = true;

        // A stream remembers its position, even if somebody truncates the file. The gap would be filled with zeros.
        if (_stream!.CanSeek)
            RandomAccess.Write(_stream.SafeFileHandle, bytes, RandomAccess.GetLength(_stream.SafeFileHandle));
        else
            _stream.Write(bytes);
        _hasTornLine = false;
    }

    /// <summary>Renames and closes a file that is full or of an earlier day.</summary>
    /// <returns>Whether the file was renamed, and has to be opened again.</returns>
    /// <exception cref="IOException">A file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not rename a file.</exception>
    public bool TryRoll()
    {
        if (_stream is not { CanSeek: true } || !IsComplete(RandomAccess.GetLength(_stream.SafeFileHandle)))
            return false;

        // The file stays open meanwhile, so that there is a place for lines if this fails.
        for (int number = rotation.OlderFiles; number > 0; number--)
        {
            string from = number == 1 ? path : OlderFile(number - 1);
            if (File.Exists(from))
                File.Move(from, OlderFile(number), overwrite: true);
        }

        _stream.Dispose();
        _stream = null;
        return true;
    }

    /// <summary>Closes the file after a failure.</summary>
    public void Abandon()
    {
        try
        {
            _stream?.Dispose();
        }
        catch (IOException)
        {
            // Closing can fail like writing.
        }

        _stream = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>Whether the last line is incomplete, for example after a power failure.</summary>
    private bool EndsWithinLine()
    {
        try
        {
            using FileStream file = RegularFile.OpenRead(path);
            Span<byte> last = stackalloc byte[1];
            return file.Length > 0 && RandomAccess.Read(file.SafeFileHandle, last, file.Length - 1) == 1 && last[0] != '\n';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no file, or it cannot be read.
            return false;
        }
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private bool IsComplete(long length) => length >= rotation.MaxSize || (rotation.IsDaily && _day != Today);

    /// <summary>The day of the last line; <see langword="null"/> if there is none.</summary>
    private DateOnly? LastWritten()
    {
        var file = new FileInfo(path);
        return file is { Exists: true, Length: > 0 } ? DateOnly.FromDateTime(file.LastWriteTimeUtc) : null;
    }

    private void DeleteExpired()
    {
        if (rotation.Retention == TimeSpan.Zero)
            return;
        DateTime oldest = time.GetUtcNow().UtcDateTime - rotation.Retention;
        for (int number = 1; number <= rotation.OlderFiles; number++)
        {
            if (File.Exists(OlderFile(number)) && File.GetLastWriteTimeUtc(OlderFile(number)) < oldest)
                File.Delete(OlderFile(number));
        }
    }

    private string OlderFile(int number) => $"{path}.{number}";
}
