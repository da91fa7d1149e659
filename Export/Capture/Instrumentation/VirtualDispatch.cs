using System.Reflection;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Finds the method that a virtual call reaches.</summary>
internal static class VirtualDispatch
{
    private const BindingFlags DeclaredInstance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>What a call on an object reaches. The runtime itself is asked, by a delegate: it knows explicit, default and covariant implementations.</summary>
    /// <param name="method">The method that the code names.</param>
    /// <param name="receiver">The object.</param>
    /// <returns>The method that runs.</returns>
    public static MethodInfo OnObject(MethodInfo method, object receiver)
    {
        var type = MethodSignature.Delegate(MethodSignature.Parameters(method), method.ReturnType);
        return Close(Delegate.CreateDelegate(type, receiver, method).Method, method);
    }

    /// <summary>What a call constrained to a type reaches.</summary>
    /// <param name="method">The method that the code names: static abstract, or virtual on a struct.</param>
    /// <param name="type">The type.</param>
    /// <returns>The method that runs; null if the type does not implement it itself.</returns>
    public static MethodInfo? OnType(MethodInfo method, Type type)
    {
        var definition = method.IsGenericMethod ? method.GetGenericMethodDefinition() : method;
        if (method.DeclaringType!.IsInterface)
        {
            var map = type.GetInterfaceMap(method.DeclaringType);
            var index = Array.FindIndex(map.InterfaceMethods, candidate => candidate.MethodHandle == definition.MethodHandle);
            return index >= 0 && map.TargetMethods[index] is { } target ? Close(target, method) : null;
        }

        var overriding = type.GetMethods(DeclaredInstance).FirstOrDefault(candidate =>
            candidate.IsVirtual && candidate.Name == method.Name && candidate.GetBaseDefinition() == definition.GetBaseDefinition());
        return overriding is null ? null : Close(overriding, method);
    }

    private static MethodInfo Close(MethodInfo found, MethodInfo method)
    {
        // Code shared by instantiations may come back as that of another one.
        var closed = method.IsGenericMethod
            ? (found.IsGenericMethodDefinition ? found : found.GetGenericMethodDefinition()).MakeGenericMethod(method.GetGenericArguments())
            : found;
        return (MethodInfo)MethodBase.GetMethodFromHandle(closed.MethodHandle, closed.DeclaringType!.TypeHandle)!;
    }
}
