"""USB sticks, as images: one FAT partition at 1 MiB."""
import os
import subprocess

START = 1 << 20


def make(path, files, readable=True):
    """files: name -> text, or the path of a file to copy as ('path',). One that is not readable has a partition, and no FAT in it."""
    volume = path + ".volume"
    with open(volume, "wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.vfat", "-F", "16", "--mbr=n", volume], check=True, stdout=subprocess.DEVNULL)
    for name, content in files.items():
        source, text = ("-", content.encode()) if isinstance(content, str) else (content[0], None)
        subprocess.run(["mcopy", "-i", volume, source, f"::{name}"], input=text, check=True)
    if not readable:
        with open(volume, "r+b") as file:
            file.write(bytes(1 << 20))
    size = os.path.getsize(volume)
    with open(path, "wb") as out, open(volume, "rb") as data:
        entry = bytes([0, 0, 0, 0, 0x0e, 0, 0, 0]) + (START // 512).to_bytes(4, "little") + (size // 512).to_bytes(4, "little")
        out.write(bytes(446) + entry + bytes(48) + b"\x55\xaa")
        out.seek(START)
        out.write(data.read())
    os.unlink(volume)
    return path


def read(path, name):
    """The text of a file on it."""
    return subprocess.run(["mcopy", "-i", f"{path}@@{START}", f"::{name}", "-"], check=True, capture_output=True).stdout.decode()


def names(path):
    listed = subprocess.run(["mdir", "-b", "-i", f"{path}@@{START}"], check=True, capture_output=True, text=True).stdout
    return sorted(line.removeprefix("::/") for line in listed.split("\n") if line)
