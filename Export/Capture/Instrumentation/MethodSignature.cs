using System.Linq.Expressions;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>The signatures of generated methods: all static, with <c>this</c> first.</summary>
internal static class MethodSignature
{
    /// <summary>
    /// What an instrumented body takes. A class's <c>this</c> is typed as an object, so that all overrides of a method have one signature
    /// (the JIT verifies nothing); a struct's is a reference.
    /// </summary>
    /// <param name="method">The original.</param>
    /// <returns>The types in order.</returns>
    public static Type[] Body(MethodBase method) =>
        method.IsStatic ? Parameters(method) : [method.DeclaringType!.IsValueType ? method.DeclaringType.MakeByRefType() : typeof(object), .. Parameters(method)];

    /// <summary>The types of a method's parameters without <c>this</c>.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The types in order.</returns>
    public static Type[] Parameters(MethodBase method) => Array.ConvertAll(method.GetParameters(), parameter => parameter.ParameterType);

    /// <summary>What a method returns.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The type; void for a constructor.</returns>
    public static Type Return(MethodBase method) => method is MethodInfo info ? info.ReturnType : typeof(void);

    /// <summary>A delegate type for any signature.</summary>
    /// <param name="parameters">What it takes.</param>
    /// <param name="result">What it returns.</param>
    /// <returns>The type; the same one each time.</returns>
    public static Type Delegate(Type[] parameters, Type result) => Expression.GetDelegateType([.. parameters, result]);

    /// <summary>A method as its type declares it, before type arguments are given.</summary>
    /// <param name="method">A closed method.</param>
    /// <returns>The definition.</returns>
    public static MethodBase Definition(MethodBase method) => method.IsGenericMethod || method.DeclaringType is { IsGenericType: true }
        ? method.Module.ResolveMethod(method.MetadataToken)!
        : method;

    /// <summary>The empty copy of a method.</summary>
    /// <param name="method">The original.</param>
    /// <returns>A dynamic method, in the same module and as free to see what is private.</returns>
    public static DynamicMethod NewBody(MethodBase method) =>
        New($"{method.DeclaringType?.Name}.{method.Name}", Return(method), Body(method), method.Module);

    /// <summary>An empty method of a thunk or bridge.</summary>
    /// <param name="name">Shown in stack traces.</param>
    /// <param name="result">What it returns.</param>
    /// <param name="parameters">What it takes.</param>
    /// <returns>A dynamic method that is free to see what is private.</returns>
    public static DynamicMethod NewThunk(string name, Type result, Type[] parameters) => New(name, result, parameters, typeof(MethodSignature).Module);

    private static DynamicMethod New(string name, Type result, Type[] parameters, Module module) =>
        new(name, MethodAttributes.Public | MethodAttributes.Static, CallingConventions.Standard, result, parameters, module, skipVisibility: true);
}
