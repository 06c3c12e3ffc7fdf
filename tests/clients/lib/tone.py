"""Makes test tones and finds them again in a recording."""
import array
import math
import struct
import wave


def make(path, frequency, seconds=10.0, rate=8000, level=0.4, channels=1):
    period = [int(32767 * level * math.sin(2 * math.pi * frequency * i / rate)) for i in range(rate)]     # of a whole number of hertz: repeats each second
    samples = array.array("h", (period[i % rate] for i in range(int(seconds * rate)) for _ in range(channels)))
    with wave.open(path, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())


def ulaw(path, frequency, seconds=10.0, level=0.4):
    """Raw G.711 payload, for SIPp's rtp_stream."""
    payload = bytearray()
    for i in range(int(seconds * 8000)):
        value = int(32767 * level * math.sin(2 * math.pi * frequency * i / 8000))
        sign, value = (0x80, -value) if value < 0 else (0, value)
        value = min(value, 32635) + 0x84
        exponent = value.bit_length() - 8
        payload.append(~(sign | (exponent << 4) | ((value >> (exponent + 3)) & 0x0F)) & 0xFF)
    with open(path, "wb") as file:
        file.write(payload)


def _from_g711(data, alaw):
    samples = array.array("h")
    for byte in data:
        if alaw:
            byte ^= 0x55
            segment, value = (byte & 0x70) >> 4, (byte & 0x0F) << 4
            value = value + 8 if segment == 0 else (value + 0x108) << (segment - 1)
            samples.append(value if byte & 0x80 else -value)
        else:
            byte = ~byte & 0xFF
            value = (((byte & 0x0F) << 3) + 0x84) << ((byte & 0x70) >> 4)
            samples.append(0x84 - value if byte & 0x80 else value - 0x84)
    return samples


def _chunks(data):
    """The RIFF chunks. A recorder that was killed leaves a wrong size: its data reaches to the end of the file."""
    position = 12
    while position + 8 <= len(data):
        name, size = data[position:position + 4], struct.unpack("<I", data[position + 4:position + 8])[0]
        if name == b"data" and not 0 < size <= len(data) - position - 8:
            size = len(data) - position - 8
        yield name, data[position + 8:position + 8 + size]
        position += 8 + size + (size & 1)


def read(path):
    """-> (rate, samples of the first channel between -1 and 1). Reads PCM, float and G.711 WAV files."""
    with open(path, "rb") as file:
        data = file.read()
    chunks = dict(_chunks(data)) if data[:4] == b"RIFF" else {}
    if b"fmt " not in chunks:
        raise ValueError(f"{path}: no WAV file ({len(data)} bytes)")
    code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunks[b"fmt "][:16])
    if code == 0xFFFE:
        code = struct.unpack("<H", chunks[b"fmt "][24:26])[0]
    body = chunks.get(b"data", b"")
    if code in (6, 7):
        samples, scale = _from_g711(body, code == 6), 32768.0
    elif code == 1 and bits == 16:
        samples, scale = array.array("h", body[:len(body) // 2 * 2]), 32768.0
    elif code == 3 and bits == 32:
        samples, scale = array.array("f", body[:len(body) // 4 * 4]), 1.0
    else:
        raise ValueError(f"{path}: WAV format {code} with {bits} bits")
    return rate, [value / scale for value in samples[::channels]]


def share(samples, rate, frequency):
    """The share of the block's power that lies at the frequency, 0 to 1 (Goertzel)."""
    energy = sum(value * value for value in samples)
    if energy <= 1e-9:
        return 0.0
    weight = 2 * math.cos(2 * math.pi * frequency / rate)
    a = b = 0.0
    for value in samples:
        a, b = value + weight * a - b, a
    return (a * a + b * b - weight * a * b) / (energy * len(samples) / 2)


def analyse(path, frequencies, block=0.05):
    """-> (seconds with sound, {frequency: seconds in which it is nearly all there is}); judged in blocks of `block` seconds."""
    rate, samples = read(path)
    length = int(rate * block)
    active, tones = 0.0, {frequency: 0.0 for frequency in frequencies}
    for start in range(0, len(samples) - length + 1, length):
        piece = samples[start:start + length]
        if sum(value * value for value in piece) / length < 1e-5:     # about -50 dB: silence
            continue
        active += block
        for frequency in frequencies:
            if share(piece, rate, frequency) > 0.7:
                tones[frequency] += block
    return active, tones
