using System.Net.Sockets;
using ServerLib.Files;

namespace ServerLib.Transport;

/// <summary>The file of a Unix socket.</summary>
internal static class UnixSocketFile
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>
    /// Binds a socket to its path, so that the owner and the group of the file can connect. Replaces a socket that an earlier process left.
    /// The framework deletes the file when the socket is disposed.
    /// </summary>
    /// <exception cref="SocketException">A process listens on the path, it is a file of another kind, or it can't be created.</exception>
    public static void Bind(Socket socket, UnixDomainSocketEndPoint endPoint)
    {
        string path = endPoint.ToString();
        if (File.Exists(path) && IsAbandoned(path, endPoint))
            File.Delete(path);
        socket.Bind(endPoint);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, OwnerAndGroup);
    }

    private static bool IsAbandoned(string path, UnixDomainSocketEndPoint endPoint)
    {
        // Opening a pipe would wait for its writer.
        if (FileStatus.Of(path) is { IsSocket: false })
            return false;
        try
        {
            // A socket can't be opened as a file. What can is somebody's data.
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException)
        {
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(endPoint);
                return false;
            }
            catch (SocketException e)
            {
                return e.SocketErrorCode == SocketError.ConnectionRefused;
            }
        }
    }
}
