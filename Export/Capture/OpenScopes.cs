using System.Reflection;
using TorchSharp;

namespace OnnxInit.Export.Capture;

/// <summary>Closes the scopes that a forward which ended early has left open; else they would catch every tensor that the user makes afterwards.</summary>
internal static class OpenScopes
{
    private const BindingFlags NonPublic = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public;

    private static readonly PropertyInfo? OfThread = typeof(DisposeScopeManager).GetProperty("ThreadSingleton", NonPublic);
    private static readonly PropertyInfo? Current = typeof(DisposeScopeManager).GetProperty("CurrentDisposeScope", NonPublic);

    /// <summary>Closes what was opened on this thread after a scope, and not closed.</summary>
    /// <param name="scope">The scope.</param>
    public static void Close(DisposeScope scope)
    {
        object? manager = OfThread?.GetValue(null);
        while (manager is not null && Current?.GetValue(manager) is DisposeScope open && !ReferenceEquals(open, scope))
        {
            open.Dispose();
        }
    }
}
