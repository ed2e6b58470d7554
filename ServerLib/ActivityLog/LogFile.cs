using System.Text;
using ServerLib.Files;

namespace ServerLib.ActivityLog;

/// <summary>The file of the activity log, and the older files that it is renamed to when it is full. Not thread-safe.</summary>
/// <param name="path">The full path.</param>
/// <param name="firstLine">The text that is appended at each opening.</param>
/// <param name="maxSize">The size of a full file, in bytes.</param>
/// <param name="olderFiles">The number of older files that are kept.</param>
internal sealed class LogFile(string path, string firstLine, int maxSize, int olderFiles) : IDisposable
{
    private FileStream? _stream;
    private FileStatus? _status;
    private bool _hasTornLine;

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
        _stream = new FileStream(path, OwnerOnly.File(FileMode.OpenOrCreate, FileShare.ReadWrite | FileShare.Delete));
        _status = FileStatus.Of(_stream.SafeFileHandle);
        Append(firstLine);
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

    /// <summary>Renames and closes a full file.</summary>
    /// <returns>Whether the file was full, and has to be opened again.</returns>
    /// <exception cref="IOException">A file cannot be renamed.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not rename a file.</exception>
    public bool TryRoll()
    {
        if (_stream is not { CanSeek: true } || RandomAccess.GetLength(_stream.SafeFileHandle) < maxSize)
            return false;

        // The file stays open meanwhile, so that there is a place for lines if this fails.
        for (int number = olderFiles; number > 0; number--)
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

    private string OlderFile(int number) => $"{path}.{number}";
}
