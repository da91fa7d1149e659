using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>A method closed over its type arguments, whatever reflection object stands for it.</summary>
/// <param name="Method">Its handle, which instantiations of a generic type may share.</param>
/// <param name="Type">The handle of its declaring type.</param>
internal readonly record struct MethodKey(RuntimeMethodHandle Method, RuntimeTypeHandle Type)
{
    /// <summary>The key of a method.</summary>
    /// <param name="method">A method with a handle: no <see cref="DynamicMethod"/>.</param>
    /// <returns>The key.</returns>
    public static MethodKey Of(MethodBase method) => new(method.MethodHandle, method.DeclaringType?.TypeHandle ?? default);
}
