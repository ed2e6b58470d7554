namespace ServerLib.Testing;

/// <summary>A <see cref="TestClient"/> or <see cref="HostileClient"/> has not received what the test expects.</summary>
public sealed class TestFailedException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public TestFailedException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">What was expected, and what happened.</param>
    public TestFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    /// <param name="message">What was expected, and what happened.</param>
    /// <param name="innerException">The cause.</param>
    public TestFailedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
