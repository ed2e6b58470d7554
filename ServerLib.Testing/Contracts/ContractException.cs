namespace ServerLib.Testing;

/// <summary>An implementation breaks a rule of its contract. The message names the rule and says what happened.</summary>
public sealed class ContractException : Exception
{
    /// <summary>Creates an exception without a message.</summary>
    public ContractException()
    {
    }

    /// <summary>Creates an exception.</summary>
    /// <param name="message">The rule, and what happened.</param>
    public ContractException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with a cause.</summary>
    /// <param name="message">The rule, and what happened.</param>
    /// <param name="innerException">The exception that the implementation threw.</param>
    public ContractException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
