using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OnnxInit.Export.Lowerings;

/// <summary>What an EmbeddingBag does with its bags; TorchSharp does not tell, so it is asked.</summary>
/// <param name="Mode">How the rows of a bag become one.</param>
/// <param name="Padding">The number that is left out of bags; null for none, or where it makes no difference.</param>
/// <param name="IncludesLastOffset">Whether the last offset is the end of the last bag, and no bag.</param>
internal sealed record EmbeddingAttributes(EmbeddingBagMode Mode, long? Padding, bool IncludesLastOffset)
{
    private const long Piece = 4096;

    /// <summary>The table. Of a pretrained one, the parameter that TorchSharp lists is another.</summary>
    public static Tensor Weight(nn.Module module) => module is Embedding embedding ? embedding.weight! : ((EmbeddingBag)module).weight!;

    /// <summary>Refuses a table whose rows are shortened where they are looked up.</summary>
    /// <exception cref="UnsupportedOperationException">It has a max_norm that a row exceeds.</exception>
    public static void RefuseMaxNorm(Operation operation)
    {
        Embedding module = operation.As<Embedding>();
        HiddenModule.Ask(module, () => EachPiece(operation, numbers => module.forward(numbers)[..0]));
    }

    /// <summary>Asks an EmbeddingBag.</summary>
    /// <exception cref="UnsupportedOperationException">It has a max_norm that a row exceeds.</exception>
    public static EmbeddingAttributes Of(Operation operation) => HiddenModule.Ask(operation.Module!, () => new Question(operation).Answer());

    // Looks every row up, and demands that the table stays as it is.
    private static Tensor EachPiece(Operation operation, Func<Tensor, Tensor> lookUp)
    {
        Tensor weight = Weight(operation.Module!).detach();
        List<Tensor> found = [];
        for (long start = 0; start < weight.shape[0]; start += Piece)
        {
            using DisposeScope scope = NewDisposeScope();
            long count = Math.Min(Piece, weight.shape[0] - start);
            Tensor rows = weight.narrow(0, start, count);
            Tensor before = rows.clone();
            found.Add(lookUp(arange(start, start + count, ScalarType.Int64, weight.device)).clone().MoveToOuterDisposeScope());
            if (!rows.allclose(before, 0, 0, equal_nan: true))
            {
                rows.copy_(before);
                throw operation.Unsupported("its max_norm shortens rows of its weight when they are looked up", "Shorten the rows of the weight once, and leave max_norm out");
            }
        }

        return cat(found);
    }

    private sealed class Question(Operation operation)
    {
        private readonly EmbeddingBag _module = operation.As<EmbeddingBag>();
        private readonly Tensor _weight = Weight(operation.Module!).detach();
        private bool _includesLast;

        public EmbeddingAttributes Answer()
        {
            _includesLast = _module.forward(Numbers(0, 0), Numbers(0, 1), null).shape[0] == 1;

            // A row that is not 0 and comes back as 0 is padding.
            Tensor lost = EachPiece(operation, numbers => Bags(numbers.unsqueeze(1)).eq(0).all(1));
            Tensor zero = _weight.eq(0).all(1);
            long[] lostRows = Rows(lost.logical_and(zero.logical_not()));
            long? padding = lostRows.Length > 0 ? lostRows[0] : null;
            long[] rows = [.. Rows(zero.logical_not()).Where(row => row != padding)];
            if (rows.Length == 0)
            {
                return new(EmbeddingBagMode.Sum, padding, _includesLast);
            }

            // A row with negative numbers, if there is one: beside it, a row of 0 shows in the maximum.
            long some = rows.Take(1000).MinBy(row => _weight[row].min().to(ScalarType.Float64).item<double>());
            EmbeddingBagMode mode = Same(Bag(some, some), _weight[some]) ? MeanOrMax(some, rows) : EmbeddingBagMode.Sum;
            return new(mode, padding ?? PaddingOfZeros(mode, some, Rows(zero)), _includesLast);
        }

        // Padding that is a row of 0 changes means and maxima of the others.
        private long? PaddingOfZeros(EmbeddingBagMode mode, long some, long[] zeros)
        {
            if (zeros.Length == 0 || mode == EmbeddingBagMode.Sum || (mode == EmbeddingBagMode.Max && _weight[some].ge(0).all().item<bool>()))
            {
                return null;
            }

            Tensor numbers = Numbers(zeros);
            long[] without = Rows(Bags(stack([numbers, full_like(numbers, some)], 1)).eq(_weight[some]).all(1));
            return without.Length > 0 ? zeros[without[0]] : null;
        }

        private EmbeddingBagMode MeanOrMax(long first, long[] others)
        {
            foreach (long second in others)
            {
                Tensor greatest = maximum(_weight[first], _weight[second]);
                if (!Same(greatest, _weight[first]) || !Same(greatest, _weight[second]))
                {
                    return Same(Bag(first, second), greatest) ? EmbeddingBagMode.Max : EmbeddingBagMode.Mean;
                }
            }

            return _weight.shape[0] == 1 ? EmbeddingBagMode.Mean
                : throw operation.Unsupported("its mode cannot be told, since the rows of its weight are all the same", "Train it, or use an Embedding and mean or amax");
        }

        private Tensor Bag(long first, long second) => Bags(Numbers(first, second).unsqueeze(0))[0];

        // numbers [N, L] -> [N, dim]
        private Tensor Bags(Tensor numbers)
        {
            long length = numbers.shape[1];
            Tensor offsets = arange(0, numbers.NumberOfElements + (_includesLast ? 1 : 0), length, ScalarType.Int64, _weight.device);
            return _module.forward(numbers.flatten(), offsets, null);
        }

        private Tensor Numbers(params long[] numbers) => tensor(numbers, device: _weight.device);

        private static bool Same(Tensor left, Tensor right) => left.eq(right).all().item<bool>();

        private static long[] Rows(Tensor mask) => [.. mask.nonzero().flatten().cpu().data<long>()];
    }
}
