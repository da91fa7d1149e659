using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Turns the tokens of a method's IL into those of its copy: closed over the type arguments, as a <see cref="DynamicMethod"/> needs.</summary>
/// <param name="method">The method the tokens stand in.</param>
/// <param name="info">The copy.</param>
internal sealed class TokenTranslator(MethodBase method, DynamicILInfo info)
{
    private readonly Module _module = method.Module;
    private readonly Type[]? _typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
    private readonly Type[]? _methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;

    /// <summary>The method of a token.</summary>
    /// <param name="token">A token of the original IL.</param>
    /// <returns>The closed method.</returns>
    public MethodBase Method(int token) => _module.ResolveMethod(token, _typeArguments, _methodArguments)!;

    /// <summary>The type of a token.</summary>
    /// <param name="token">A token of the original IL.</param>
    /// <returns>The closed type.</returns>
    public Type Type(int token) => _module.ResolveType(token, _typeArguments, _methodArguments);

    /// <summary>The field of a token.</summary>
    /// <param name="token">A token of the original IL.</param>
    /// <returns>The field of the closed type.</returns>
    public FieldInfo Field(int token) => _module.ResolveField(token, _typeArguments, _methodArguments)!;

    /// <summary>The copy's token for what an original token means.</summary>
    /// <param name="kind">The kind of the operand.</param>
    /// <param name="token">The original token.</param>
    /// <returns>The copy's token.</returns>
    public int Translate(OperandType kind, int token) => kind switch
    {
        OperandType.InlineString => info.GetTokenFor(_module.ResolveString(token)),
        OperandType.InlineType => Token(Type(token)),
        OperandType.InlineField => Token(Field(token)),
        OperandType.InlineMethod => Token(Method(token)),
        OperandType.InlineTok => _module.ResolveMember(token, _typeArguments, _methodArguments) switch
        {
            Type type => Token(type),
            FieldInfo field => Token(field),
            MethodBase callee => Token(callee),
            var member => throw new NotSupportedException($"a token of {member}"),
        },
        _ => throw new NotSupportedException($"an operand of the kind {kind}"),
    };

    /// <summary>The copy's token for a type.</summary>
    /// <param name="type">A closed type.</param>
    /// <returns>Its token.</returns>
    public int Token(Type type) => info.GetTokenFor(type.TypeHandle);

    /// <summary>The copy's token for a method.</summary>
    /// <param name="callee">A closed method.</param>
    /// <returns>Its token.</returns>
    public int Token(MethodBase callee) => callee.DeclaringType is { } type && (type.IsGenericType || type.IsArray)
        ? info.GetTokenFor(callee.MethodHandle, type.TypeHandle)
        : info.GetTokenFor(callee.MethodHandle);

    private int Token(FieldInfo field) => field.DeclaringType is { IsGenericType: true } type
        ? info.GetTokenFor(field.FieldHandle, type.TypeHandle)
        : info.GetTokenFor(field.FieldHandle);
}
