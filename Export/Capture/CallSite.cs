using System.Reflection;

namespace OnnxInit.Export.Capture;

/// <summary>A place in code where a method is called.</summary>
/// <param name="Caller">The method that contains the call, closed over its type arguments.</param>
/// <param name="Offset">Where in its IL.</param>
/// <param name="Callee">The method as the code names it, before virtual dispatch.</param>
internal sealed record CallSite(MethodBase Caller, int Offset, MethodBase Callee);
