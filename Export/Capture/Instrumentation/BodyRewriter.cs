using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Copies the IL of a method, with the calls that are to be seen replaced by calls of thunks: <c>ldc.i4 site; call thunk</c>.</summary>
internal sealed class BodyRewriter
{
    private const int ThunkCallLength = 10;

    private readonly MethodBase _method;
    private readonly Instrumenter _instrumenter;
    private readonly TokenTranslator _tokens;
    private readonly byte[] _il;
    private readonly List<Instruction> _instructions;

    /// <summary>By instruction, the thunk that it calls instead.</summary>
    private readonly CallThunk?[] _thunks;

    /// <summary>By instruction, whether it is left out: prefixes of calls of thunks.</summary>
    private readonly bool[] _dropped;

    private BodyRewriter(MethodBase method, byte[] il, TokenTranslator tokens, Instrumenter instrumenter)
    {
        _method = method;
        _instrumenter = instrumenter;
        _tokens = tokens;
        _il = il;
        _instructions = Instruction.Parse(il);
        _thunks = new CallThunk?[_instructions.Count];
        _dropped = new bool[_instructions.Count];
    }

    /// <summary>Rewrites a method.</summary>
    /// <param name="method">A closed method with a body.</param>
    /// <param name="body">Its body.</param>
    /// <param name="instrumenter">Decides on calls and has the thunks.</param>
    /// <param name="refusal">Why it cannot be followed; null if it can.</param>
    /// <returns>The copy; null if there is nothing in it to be seen, so that the original does as well.</returns>
    /// <exception cref="NotSupportedException">It has a token that cannot be copied.</exception>
    public static DynamicMethod? Rewrite(MethodBase method, MethodBody body, Instrumenter instrumenter, out CodeRefusal? refusal)
    {
        var copy = MethodSignature.NewBody(method);
        copy.InitLocals = body.InitLocals;
        var info = copy.GetDynamicILInfo();
        var tokens = new TokenTranslator(method, info);
        var rewriter = new BodyRewriter(method, body.GetILAsByteArray()!, tokens, instrumenter);
        refusal = rewriter.Plan();
        if (refusal is not null || !Array.Exists(rewriter._thunks, thunk => thunk is not null))
        {
            return null;
        }

        var code = rewriter.Move(info);
        info.SetCode(code.ToArray(), body.MaxStackSize + 1); // The number of the site comes on top.
        info.SetLocalSignature(Locals(body));
        if (body.ExceptionHandlingClauses.Count > 0)
        {
            info.SetExceptions(code.Section(body.ExceptionHandlingClauses));
        }

        return copy;
    }

    private static byte[] Locals(MethodBody body)
    {
        var signature = SignatureHelper.GetLocalVarSigHelper();
        foreach (var local in body.LocalVariables.OrderBy(local => local.LocalIndex))
        {
            signature.AddArgument(local.LocalType, local.IsPinned);
        }

        return signature.GetSignature();
    }

    private CodeRefusal? Plan()
    {
        Type? constrained = null;
        for (var i = 0; i < _instructions.Count; i++)
        {
            var code = _instructions[i].Code;
            var isCall = code == OpCodes.Call || code == OpCodes.Callvirt || code == OpCodes.Newobj;
            var refusal = code == OpCodes.Ldsfld || code == OpCodes.Ldfld ? CodeRefusals.OfField(_tokens.Field(Token(i)))
                : isCall ? PlanCall(i, _tokens.Method(Token(i)), constrained)
                : CodeRefusals.OfInstruction(code);
            if (refusal is not null)
            {
                return refusal;
            }

            constrained = code == OpCodes.Constrained ? _tokens.Type(Token(i)) : code.OpCodeType == OpCodeType.Prefix ? constrained : null;
        }

        return null;
    }

    private CodeRefusal? PlanCall(int index, MethodBase callee, Type? constrained)
    {
        if (CallRoutes.HasPointerToFunction(callee) && callee.DeclaringType is { } type && _instrumenter.Routes.MayDispatch(type))
        {
            return new CodeRefusal($"it passes a function pointer to {callee.Name}", "Use a delegate");
        }

        _thunks[index] = _instrumenter.Thunk(callee, _instructions[index].Code, constrained);

        // A thunk does what constrained. says, and tail. would skip the return to it.
        for (var i = index - 1; _thunks[index] is not null && i >= 0 && _instructions[i].Code.OpCodeType == OpCodeType.Prefix; i--)
        {
            _dropped[i] = true;
        }

        return null;
    }

    private MovedCode Move(DynamicILInfo info)
    {
        var code = new MovedCode(_il, _tokens);
        code.Place(_instructions.Select((instruction, i) =>
            (instruction, _dropped[i] ? 0 : _thunks[i] is null ? MovedCode.LengthOf(instruction) : ThunkCallLength)));
        for (var i = 0; i < _instructions.Count; i++)
        {
            if (_thunks[i] is { } thunk)
            {
                code.WriteCall(_instructions[i], CallSites.Add(_method, _instructions[i].Offset, thunk.Callee), info.GetTokenFor(thunk.Code));
            }
            else if (!_dropped[i])
            {
                code.Write(_instructions[i]);
            }
        }

        return code;
    }

    private int Token(int index) => BinaryPrimitives.ReadInt32LittleEndian(_il.AsSpan(_instructions[index].OperandOffset));
}
