namespace ServerLib.Administration;

/// <summary>Where an admin command works.</summary>
public enum CommandPlace
{
    /// <summary>In a running server.</summary>
    Server,

    /// <summary>In a running server, and on the data folder of a server that is not running.</summary>
    ServerOrFiles,

    /// <summary>On the data folder of a server that is not running.</summary>
    Files,

    /// <summary>In the program in which it is typed. It needs neither a server nor a data folder.</summary>
    CommandLine,

    /// <summary>In a running server. Without one, in the program in which it is typed. It needs no data folder.</summary>
    ServerOrCommandLine,
}
