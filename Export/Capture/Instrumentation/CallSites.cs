using System.Reflection;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Numbers the call sites of all instrumented bodies, since IL can hold a number but no object.</summary>
internal static class CallSites
{
    private static readonly Lock Gate = new();
    private static CallSite[] _sites = new CallSite[256];
    private static int _count;

    /// <summary>Registers a call site.</summary>
    /// <param name="caller">The method with the call.</param>
    /// <param name="offset">Where in its original IL.</param>
    /// <param name="callee">What it calls.</param>
    /// <returns>Its number.</returns>
    public static int Add(MethodBase caller, int offset, MethodBase callee)
    {
        lock (Gate)
        {
            if (_count == _sites.Length)
            {
                // A copy, and not in place: readers take no lock.
                var larger = new CallSite[2 * _count];
                _sites.CopyTo(larger, 0);
                Volatile.Write(ref _sites, larger);
            }

            _sites[_count] = new CallSite(caller, offset, callee);
            return _count++;
        }
    }

    /// <summary>The call site of a number.</summary>
    /// <param name="number">What <see cref="Add"/> gave.</param>
    /// <returns>The site.</returns>
    public static CallSite At(int number) => Volatile.Read(ref _sites)[number];
}
