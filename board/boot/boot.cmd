# Chooses a slot and starts its kernel. Numbers are hexadecimal; a block is 200 bytes. board/README.md draws the card.
# Left to this script by whoever found it: devtype and devnum, the card.
setenv scratch ${ramdisk_addr_r}
if test "${devtype}" = "virtio"; then virtio dev ${devnum}; else mmc dev ${devnum}; fi

# The slot state: of the two copies the one with a good checksum and the higher number. With none, slot A.
setenv seq 0; setenv slot A; setenv trial -; setenv tries 0; setenv oldest 2000
for copy in 2000 4000; do
  if ${devtype} read ${scratch} ${copy} 1 && env import -c ${scratch} 200 pbx_seq pbx_slot pbx_trial pbx_tries; then
    if itest ${pbx_seq} -gt ${seq}; then
      setenv seq ${pbx_seq}; setenv slot ${pbx_slot}; setenv trial ${pbx_trial}; setenv tries ${pbx_tries}
      if test ${copy} = 2000; then setenv oldest 4000; else setenv oldest 2000; fi
    fi
  fi
done
if test "${slot}" = B; then setenv order "B A"; else setenv order "A B"; fi
setenv trying -

# A trial is used up before it begins; if that fails to be noted, there is none.
if test "${trial}" = A || test "${trial}" = B; then
  if itest ${tries} -gt 0; then
    setexpr pbx_seq ${seq} + 1; setexpr pbx_tries ${tries} - 1; setenv pbx_slot ${slot}; setenv pbx_trial ${trial}
    env export -c -s 200 ${scratch} pbx_seq pbx_slot pbx_trial pbx_tries
    if ${devtype} write ${scratch} ${oldest} 1; then
      if test ${trial} = A; then setenv order "A B"; else setenv order "B A"; fi
      setenv trying ${trial}
    fi
  fi
fi

setexpr kernel_comp_addr_r ${ramdisk_addr_r} + 8000000; setenv kernel_comp_size 4000000
setenv initrd_high ffffffffffffffff
for try in ${order}; do
  if test ${try} = A; then setenv part 2; else setenv part 3; fi
  part start ${devtype} ${devnum} ${part} first
  setenv pbx_blocks 0
  if ${devtype} read ${scratch} ${first} 1 && env import -c ${scratch} 200 pbx_version pbx_blocks pbx_initrd pbx_kernel pbx_crc pbx_crc_swapped; then
    setexpr first ${first} + 8; setexpr bytes ${pbx_blocks} * 200; setexpr sum ${scratch} + ${bytes}
    setenv sound no
    if ${devtype} read ${scratch} ${first} ${pbx_blocks} && crc32 ${scratch} ${bytes} ${sum}; then
      if itest.l *${sum} == ${pbx_crc} || itest.l *${sum} == ${pbx_crc_swapped}; then setenv sound yes; fi
    fi
    if test ${sound} = yes; then
      echo "EdgePbx: slot ${try}, version ${pbx_version}"
      if test ${try} = "${trying}"; then setenv mode trial; else setenv mode normal; fi
      setenv bootargs "console=ttyAMA0,115200 console=ttyS1,115200 quiet panic=5 edgepbx.slot=${try} edgepbx.mode=${mode}"
      setexpr kernel ${scratch} + ${pbx_kernel}
      booti ${kernel} ${scratch}:${pbx_initrd} ${fdt_addr}
    fi
  fi
  echo "EdgePbx: slot ${try} does not start"
done
sleep 5
reset
