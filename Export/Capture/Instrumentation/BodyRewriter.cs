using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>Copies the IL of a method, with the calls that are to be seen replaced by calls of thunks: <c>ldc.i4 site; call thunk</c>.</summary>
internal sealed class BodyRewriter
{
    private readonly MethodBase _method;
    private readonly MethodBody _body;
    private readonly byte[] _il;
    private readonly List<Instruction> _instructions;
    private readonly Edit[] _edits;

    /// <summary>Where in the copy each original offset is; a dropped prefix is where the instruction after it is.</summary>
    private readonly int[] _moved;

    private readonly Instrumenter _instrumenter;
    private bool _changed;

    private BodyRewriter(MethodBase method, MethodBody body, Instrumenter instrumenter)
    {
        _method = method;
        _body = body;
        _instrumenter = instrumenter;
        _il = body.GetILAsByteArray()!;
        _instructions = Instruction.Parse(_il);
        _edits = new Edit[_instructions.Count];
        _moved = new int[_il.Length + 1];
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
        var rewriter = new BodyRewriter(method, body, instrumenter);
        var tokens = new TokenTranslator(method, info);
        refusal = rewriter.Plan(tokens);
        if (refusal is not null || !rewriter._changed)
        {
            return null;
        }

        rewriter.Move();
        info.SetCode(rewriter.Emit(tokens, info), body.MaxStackSize + 1);
        info.SetLocalSignature(Locals(body));
        if (body.ExceptionHandlingClauses.Count > 0)
        {
            info.SetExceptions(rewriter.Exceptions(tokens));
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

    private CodeRefusal? Plan(TokenTranslator tokens)
    {
        Type? constrained = null;
        for (var i = 0; i < _instructions.Count; i++)
        {
            var instruction = _instructions[i];
            var code = instruction.Code;
            var field = code == OpCodes.Ldsfld || code == OpCodes.Ldfld ? tokens.Field(Int32(instruction)) : null;
            if (CodeRefusals.OfInstruction(code, field) is { } refusal)
            {
                return refusal;
            }

            if (code == OpCodes.Constrained)
            {
                constrained = tokens.Type(Int32(instruction));
            }
            else if (code.OpCodeType != OpCodeType.Prefix)
            {
                if (code == OpCodes.Call || code == OpCodes.Callvirt || code == OpCodes.Newobj)
                {
                    PlanCall(i, tokens.Method(Int32(instruction)), constrained);
                }

                constrained = null;
            }
        }

        return null;
    }

    private void PlanCall(int index, MethodBase callee, Type? constrained)
    {
        if (_instrumenter.Thunk(callee, _instructions[index].Code, constrained) is not { } thunk)
        {
            return;
        }

        _edits[index] = new Edit { Thunk = thunk };
        _changed = true;

        // The thunk does what constrained. says, and tail. would skip the return to it.
        for (var i = index - 1; i >= 0 && _instructions[i].Code.OpCodeType == OpCodeType.Prefix; i--)
        {
            _edits[i] = new Edit { Dropped = true };
        }
    }

    private void Move()
    {
        var at = 0;
        for (var i = 0; i < _instructions.Count; i++)
        {
            var instruction = _instructions[i];
            _moved[instruction.Offset] = at;
            at += _edits[i] switch
            {
                { Dropped: true } => 0,
                { Thunk: not null } => 10,
                _ when instruction.Code.OperandType == OperandType.ShortInlineBrTarget => 5,
                _ => instruction.Length,
            };
        }

        _moved[_il.Length] = at;
    }

    private byte[] Emit(TokenTranslator tokens, DynamicILInfo info)
    {
        var copy = new byte[_moved[_il.Length]];
        for (var i = 0; i < _instructions.Count; i++)
        {
            var instruction = _instructions[i];
            var to = copy.AsSpan(_moved[instruction.Offset]);
            if (_edits[i].Thunk is { } thunk)
            {
                to[0] = (byte)OpCodes.Ldc_I4.Value;
                Write(to[1..], CallSites.Add(_method, instruction.Offset, thunk.Callee));
                to[5] = (byte)OpCodes.Call.Value;
                Write(to[6..], info.GetTokenFor(thunk.Code));
            }
            else if (!_edits[i].Dropped)
            {
                Copy(instruction, to, tokens);
            }
        }

        return copy;
    }

    private void Copy(Instruction instruction, Span<byte> to, TokenTranslator tokens)
    {
        var operand = to[instruction.Code.Size..];
        if (instruction.Code.OperandType == OperandType.ShortInlineBrTarget)
        {
            var target = instruction.End + (sbyte)_il[instruction.OperandOffset];

            // Each short branch has its long form 13 codes on, except leave.s, which has it one before.
            to[0] = (byte)(instruction.Code == OpCodes.Leave_S ? OpCodes.Leave.Value : instruction.Code.Value + (OpCodes.Br.Value - OpCodes.Br_S.Value));
            Write(to[1..], _moved[target] - (_moved[instruction.Offset] + 5));
            return;
        }

        _il.AsSpan(instruction.Offset, instruction.Length).CopyTo(to);
        switch (instruction.Code.OperandType)
        {
            case OperandType.InlineBrTarget:
                Write(operand, _moved[instruction.End + Int32(instruction)] - _moved[instruction.End]);
                break;
            case OperandType.InlineSwitch:
                for (var at = 4; at < instruction.Length - 1; at += 4)
                {
                    var target = instruction.End + BinaryPrimitives.ReadInt32LittleEndian(_il.AsSpan(instruction.OperandOffset + at));
                    Write(operand[at..], _moved[target] - _moved[instruction.End]);
                }

                break;
            case OperandType.InlineString or OperandType.InlineType or OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok:
                Write(operand, tokens.Translate(instruction.Code.OperandType, Int32(instruction)));
                break;
            default:
                break;
        }
    }

    /// <summary>The exception clauses in the fat format of ECMA-335, II.25.4.6.</summary>
    private byte[] Exceptions(TokenTranslator tokens)
    {
        var clauses = _body.ExceptionHandlingClauses;
        var section = new byte[4 + (24 * clauses.Count)];
        Write(section, 0x41 | (section.Length << 8));
        for (var i = 0; i < clauses.Count; i++)
        {
            var clause = clauses[i];
            var to = section.AsSpan(4 + (24 * i));
            Write(to, (int)clause.Flags);
            Write(to[4..], _moved[clause.TryOffset]);
            Write(to[8..], _moved[clause.TryOffset + clause.TryLength] - _moved[clause.TryOffset]);
            Write(to[12..], _moved[clause.HandlerOffset]);
            Write(to[16..], _moved[clause.HandlerOffset + clause.HandlerLength] - _moved[clause.HandlerOffset]);
            Write(to[20..], clause.Flags switch
            {
                ExceptionHandlingClauseOptions.Clause => tokens.Token(clause.CatchType!),
                ExceptionHandlingClauseOptions.Filter => _moved[clause.FilterOffset],
                _ => 0,
            });
        }

        return section;
    }

    private int Int32(Instruction instruction) => BinaryPrimitives.ReadInt32LittleEndian(_il.AsSpan(instruction.OperandOffset));

    private static void Write(Span<byte> to, int value) => BinaryPrimitives.WriteInt32LittleEndian(to, value);

    /// <summary>What becomes of an instruction; the default stays as it is.</summary>
    private readonly struct Edit
    {
        /// <summary>What it calls instead.</summary>
        public CallThunk? Thunk { get; init; }

        /// <summary>Whether it goes.</summary>
        public bool Dropped { get; init; }
    }
}
