namespace OnnxInit.Cli;

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>There is no model to trust: parity failed, or the training diverged.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage, or bad input.</summary>
    public const int BadInput = 2;

    /// <summary>Interrupted by Ctrl-C or SIGTERM; what was saved can be gone on from.</summary>
    public const int Interrupted = 130;
}
