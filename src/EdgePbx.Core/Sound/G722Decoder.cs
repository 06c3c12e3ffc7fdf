namespace EdgePbx.Core;

/// <summary>
/// ITU-T G.722 at 64 kbit/s: one byte becomes two samples at 16 kHz. Two bands of ADPCM, put together by a mirror filter; the names
/// of the blocks are those of the recommendation. One decoder a stream: what it hears depends on what it heard.
/// </summary>
internal sealed class G722Decoder
{
    private static readonly short[] LowLevels =
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    private static readonly short[] CoarseLevels =
        [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

    private static readonly short[] HighLevels = [-7408, -1616, 7408, 1616];
    private static readonly short[] LowScale = [3042, 1198, 538, 334, 172, 58, -30, -60];
    private static readonly short[] HighScale = [798, -214];
    private static readonly short[] Mirror = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

    // 2048 times 2 to the power of n/32
    private static readonly int[] Powers = [.. Enumerable.Range(0, 32).Select(n => (int)Math.Round(2048 * Math.Pow(2, n / 32.0)))];

    private readonly Band _low = new(32);
    private readonly Band _high = new(8);
    private readonly int[] _line = new int[24];

    /// <summary>Writes two samples for each byte; returns how many.</summary>
    public int Decode(ReadOnlySpan<byte> codes, Span<short> samples)
    {
        int written = 0;
        foreach (byte code in codes)
        {
            int low = DecodeLow(code & 0x3f);
            int high = DecodeHigh(code >> 6);
            (samples[written], samples[written + 1]) = Join(low, high);
            written += 2;
        }
        return written;
    }

    private int DecodeLow(int code)
    {
        int coarse = code >> 2;
        int heard = Math.Clamp(_low.Prediction + ((_low.Scale * LowLevels[code]) >> 15), -16384, 16383);
        int difference = (_low.Scale * CoarseLevels[coarse]) >> 15;
        int step = coarse switch { 0 or 15 => 7, < 8 => coarse - 1, _ => coarse - 8 };
        _low.Rescale(LowScale[step], largest: 18432, shift: 8);
        _low.Adapt(difference);
        return heard;
    }

    private int DecodeHigh(int code)
    {
        int difference = (_high.Scale * HighLevels[code]) >> 15;
        int heard = Math.Clamp(_high.Prediction + difference, -16384, 16383);
        _high.Rescale(HighScale[code & 1], largest: 22528, shift: 10);
        _high.Adapt(difference);
        return heard;
    }

    // RECA, RECB, ACCUMC, ACCUMD: the receive mirror filter
    private (short First, short Second) Join(int low, int high)
    {
        Array.Copy(_line, 2, _line, 0, 22);
        (_line[22], _line[23]) = (low + high, low - high);
        (int first, int second) = (0, 0);
        for (int i = 0; i < 12; i++)
        {
            second += _line[2 * i] * Mirror[i];
            first += _line[(2 * i) + 1] * Mirror[11 - i];
        }
        return (Saturated(first >> 11), Saturated(second >> 11));
    }

    private static short Saturated(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);

    /// <summary>The adaptive predictor of one band: two poles, six zeros, and the logarithmic scale of its quantizer.</summary>
    private sealed class Band(int scale)
    {
        private readonly int[] _zeros = new int[7];       // b
        private readonly int[] _differences = new int[7]; // d
        private readonly int[] _poles = new int[3];       // a
        private readonly int[] _heard = new int[3];       // r
        private readonly int[] _partial = new int[3];     // p
        private int _logScale;
        private int _zeroPart;                            // sz

        public int Scale { get; private set; } = scale;
        public int Prediction { get; private set; }

        /// <summary>LOGSCL and SCALEL, or LOGSCH and SCALEH.</summary>
        public void Rescale(int weight, int largest, int shift)
        {
            _logScale = Math.Clamp(((_logScale * 127) >> 7) + weight, 0, largest);
            int exponent = shift - (_logScale >> 11);
            int power = Powers[(_logScale >> 6) & 31];
            Scale = (exponent < 0 ? power << -exponent : power >> exponent) << 2;
        }

        /// <summary>Block 4: takes the quantized difference and predicts the next sample.</summary>
        public void Adapt(int difference)
        {
            _differences[0] = difference;
            _heard[0] = Saturated(Prediction + difference);
            _partial[0] = Saturated(_zeroPart + difference);
            (int first, int second) = AdaptPoles();
            AdaptZeros();
            Shift(first, second);
            Predict();
        }

        // UPPOL2, UPPOL1
        private (int First, int Second) AdaptPoles()
        {
            bool isLikeLast = IsSameSign(_partial[0], _partial[1]);
            int fourfold = Saturated(_poles[1] << 2);
            int towards = Math.Min(isLikeLast ? -fourfold : fourfold, short.MaxValue);
            int second = (towards >> 7) + (IsSameSign(_partial[0], _partial[2]) ? 128 : -128) + ((_poles[2] * 32512) >> 15);
            second = Math.Clamp(second, -12288, 12288);
            int first = Saturated((isLikeLast ? 192 : -192) + ((_poles[1] * 32640) >> 15));
            int bound = Saturated(15360 - second);
            return (Math.Clamp(first, -bound, bound), second);
        }

        // UPZERO
        private void AdaptZeros()
        {
            int gain = _differences[0] == 0 ? 0 : 128;
            for (int i = 1; i < 7; i++)
            {
                int towards = IsSameSign(_differences[i], _differences[0]) ? gain : -gain;
                _zeros[i] = Saturated(towards + ((_zeros[i] * 32640) >> 15));
            }
        }

        // DELAYA
        private void Shift(int first, int second)
        {
            Array.Copy(_differences, 0, _differences, 1, 6);
            (_heard[2], _heard[1]) = (_heard[1], _heard[0]);
            (_partial[2], _partial[1]) = (_partial[1], _partial[0]);
            (_poles[1], _poles[2]) = (first, second);
        }

        // FILTEP, FILTEZ, PREDIC
        private void Predict()
        {
            int poles = ((_poles[1] * Saturated(2 * _heard[1])) >> 15) + ((_poles[2] * Saturated(2 * _heard[2])) >> 15);
            int zeros = 0;
            for (int i = 6; i > 0; i--)
            {
                zeros += (_zeros[i] * Saturated(2 * _differences[i])) >> 15;
            }
            _zeroPart = Saturated(zeros);
            Prediction = Saturated(Saturated(poles) + _zeroPart);
        }

        private static bool IsSameSign(int one, int other) => (one < 0) == (other < 0);
    }
}
