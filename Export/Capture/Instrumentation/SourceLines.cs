using System.Reflection;

namespace OnnxInit.Export.Capture.Instrumentation;

internal static class SourceLines
{
    public static SourceLocation? Find(MethodBase method, int ilOffset) => null;
}
