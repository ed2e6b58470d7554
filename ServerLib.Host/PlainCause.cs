namespace ServerLib.Cli;

/// <summary>Explains a failure in one line.</summary>
internal static class PlainCause
{
    /// <summary>The exception that other exceptions only pass on.</summary>
    public static Exception Below(Exception failure)
    {
        while (true)
        {
            switch (failure)
            {
                case AggregateException { InnerException: { } first }:
                    failure = first;
                    break;
                case ServerLibException { SourceTrail.Count: > 0, InnerException: { } cause }:
                    failure = cause;
                    break;
                default:
                    return failure;
            }
        }
    }

    /// <summary>The message of the cause, safe for a terminal.</summary>
    public static string Of(Exception failure) => TextSanitizer.Escape(Below(failure).Message.Trim());
}
